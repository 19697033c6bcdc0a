//! Every word that people read, one typed table for each language: a text that is missing does not compile.

pub(crate) mod en;
pub(crate) mod es;
#[cfg(test)]
mod tests;

/// Declares a table: one field for each name, all of one type, and a way to find a field by its name.
macro_rules! table {
    ($(#[$doc:meta])* $name:ident of $type:ty { $($field:ident),* $(,)? }) => {
        $(#[$doc])*
        #[derive(Debug)]
        pub(crate) struct $name { $(pub(crate) $field: $type),* }

        impl $name {
            /// Every name with its text.
            pub(crate) fn all(&self) -> impl Iterator<Item = (&'static str, &$type)> {
                [$((stringify!($field), &self.$field)),*].into_iter()
            }

            /// The text of that name.
            pub(crate) fn get(&self, name: &str) -> Option<&$type> {
                self.all().find_map(|(known, text)| (known == name).then_some(text))
            }
        }
    };
}

/// What `--help` says of one command.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Page {
    /// What it is for, in one sentence.
    pub(crate) about: &'static str,
    /// Examples: lines that start with `resguardo`, others explain.
    pub(crate) examples: &'static str,
}

/// The help of the whole command line.
#[derive(Debug)]
pub(crate) struct Help {
    /// By command, words joined by `_`.
    pub(crate) pages: Pages,
    /// By argument; `command_argument` where a command means something of its own by it.
    pub(crate) arguments: Arguments,
    /// Placeholders of values.
    pub(crate) values: Values,
}

table! {
    /// The commands.
    Pages of Page {
        resguardo, plan, plan_add, plan_list, plan_show, plan_edit, plan_remove, backup, list, show,
        ls, find, restore, undo, verify, prune, pin, unpin, accept, refuse, delete, export,
        destination,
        destination_add, destination_list, destination_test, destination_edit, destination_remove,
        sync, uploads, adopt, rebuild, status, alerts, alerts_set, channel, channel_add, channel_list, channel_test,
        channel_remove, pause, resume, operations, agent, agent_run, agent_install, agent_remove, agent_status, config,
        config_export, config_import,
        doctor, metrics, completions,
    }
}

table! {
    /// The arguments.
    Arguments of &'static str {
        help, version, json, quiet, lang, plan_add_name, name, folder, exclude, include, sqlite,
        max_size, max_age, no_default_excludes, cross_file_systems, to, daily, weekly, monthly, every,
        from, once, keep_last, keep_days, keep_daily, keep_weekly, keep_monthly, keep_all, level,
        part_size, rename, plan_edit_folder, plan_edit_sqlite, plan_edit_exclude, plan_edit_include,
        plan_edit_to, plan_edit_part_size, remove_source, remove_to, no_exclude, no_include,
        no_schedule, switch_off, switch_on, delete_archives, plan_remove_yes, backup_kind, class, list_name, snapshot, path,
        ls_path, pattern, find_limit, plan, restore_to, in_place, existing, dry_run, restore_dry_run,
        no_safety, operation, all, verify_level, prune_yes, delete_yes, export_to,
        destination_add_name, local, near, away, destination_name, destination_edit_rename,
        destination_edit_local, sync_name, destination, rebuild_destination, limit, no_copy_hours, stall_minutes, silent_days, digest,
        notice_language, channel_add_name, channel_name, desktop, email, webhook, ping, mail_from, mail_to,
        user, tls, plain_http, ca, secret_stdin, pause_name, pause_for, pause_until,
        operations_operation, csv, agent_home, unless_running, system, clock_is_right, file, bundle, anonymous,
        forget_computer, shell,
    }
}

table! {
    /// The placeholders.
    Values of &'static str {
        name, dir, file, pattern, destination, day, days, time, hours, date_time, number, size, level,
        kind, class, snapshot, path, operation, plan, source, shell, lang, how, computer,
        switch, schedule, address, user, host, shape, duration,
    }
}

table! {
    /// Everything else.
    Texts of &'static str {
        // Help.
        usage, commands, arguments, options, heading_what, heading_when, heading_keep, examples,
        options_word, command_word, see_help,
        // Mistakes on the command line.
        unknown_argument, unknown_command, missing_argument, missing_command, bad_value, conflict,
        given_twice, value_count, not_utf8, usage_other, choose_target, choose_snapshot, did_you_mean,
        expected_values,
        // Numbers and dates.
        file, files, backup, backups, table_one, table_many, row_one, row_many, line_one, line_many,
        database_one, database_many, issue_one, issue_many,
        // Errors.
        error, warning, next, detail, catalog_set_aside, was_interrupted, stopping,
        cancelled, interrupted, issues_title, issues_more,         // Facts.
        fact_path, fact_value, fact_what, fact_name, fact_destination, fact_free,
        fact_needed, fact_size, fact_limit, fact_found, fact_expected, fact_plan, fact_snapshot,
        fact_operation, fact_entry, fact_source, fact_archive, fact_needed_by,         what_uploads, what_archive, expect_snapshot, expect_to, expect_yes,
                        // What a field expects.
        expect_level, expect_retention, expect_time, expect_date_time,
        expect_weekday, expect_month_day, expect_size,         // Kinds, classes, states.
        full, differential, incremental, manual, daily, weekly, monthly, safety, checked, opened,
        restored, state_complete, state_waiting, state_damaged, state_deleted, is_pinned, waiting,
        deleted, present, lost, kind_file, kind_folder, kind_symlink, kind_fifo, kind_socket,
        kind_device,
        // Headings.
        h_id, h_plan, h_kind, h_class, h_date, h_files, h_size, h_state, h_destinations, h_name,
        h_path, h_type, h_modified, h_first, h_last, h_sources, h_schedule, h_free, h_waiting, h_sent,
        h_error, h_verb, h_started, h_duration, h_why, h_snapshot, h_current,
        h_destination, h_plans, h_stored, h_needs, h_changes, h_issues,
        h_archive, h_keep, h_options, h_nearness, h_channel,
        // Plans.
        no_plans, plan_added, plan_next, plan_edited, plan_removed, plan_removed_archives,
        remove_question, src_folder, src_sqlite, excluding, only, no_schedule, schedule_off, every_day, every_week,
        every_month, last_day, every_hours, once_at, monday, tuesday, wednesday, thursday, friday,
        saturday, sunday, keep_rule_all, keep_rule_last, keep_rule_days, keep_rule_daily,
        keep_rule_weekly, keep_rule_monthly, level_line, part_size_line,         // Backups.
        backup_done, backup_same, backup_changes, backup_present, backup_waiting, no_backups,
        not_found_any, found_more, still_there, gone, pinned, unpinned, changes_line, space_of,
        flag_open, flag_accepted, flag_refused, settled_accepted, settled_refused,
        odd_backup, odd_decide, odd_files, odd_bytes, odd_rows, odd_unreadable, odd_names, odd_note,
        // Restoring.
        preview_target, preview_counts, preview_create, preview_replace, preview_same, preview_skip,
        preview_rename, preview_databases, entry_create, entry_replace, entry_same, entry_skip, entry_rename, preview_archives, preview_safety, preview_no_safety,
        preview_nothing_changed, in_place_word, restore_done, restore_partly, restore_same,
        restore_skipped, restore_renamed, restore_failed, restore_safety, restore_undo, undo_done,
        undo_kept, export_done,
        // Asking.
        ask_plan, ask_when, ask_what, ask_what_more, ask_where, ask_where_folder, ask_where_place,
        ask_folder, ask_existing, ask_existing_replace, ask_existing_missing, ask_existing_both,
        ask_review, ask_restore_now, ask_choice, ask_yes_no, ask_again, nothing_done, ask_delete,
        yes_letters,
        // Proving and removing.
        verify_row_good, verify_row_bad, verify_summary, verify_nothing, prune_none, prune_would,
        prune_done, prune_goes, delete_done,
        // Destinations.
        no_destinations, destination_added, destination_ok, destination_edited, destination_removed,
        connected, disconnected, near, away, nearness_line, space_left, sync_sent, sync_waiting, sync_nothing, uploads_none,
        rebuild_done, rebuild_plans, rebuild_problem,
        // State, log, configuration.
        status_to_do, status_to_do_with, status_never, status_last, status_running, status_waiting, status_failure, no_operations, operations_saved,
        config_exported, config_imported, config_nothing, doctor_fine, doctor_summary, free_space,
        level_ok, level_warning, level_problem, what_catalog, what_home, what_destination,
        // What is told without asking.
        alerts_none, alerts_since, alerts_over, alerts_over_line, notices_by_plan, notices_no_copy,
        notices_stall, notices_silent, notices_week_on, notices_week_off, channel_saved, channel_removed, channel_tested,
        channel_on, channel_off, channel_desktop, channel_email, channel_webhook, channel_ping,
        ask_password, ask_address, expect_secret, expect_duration, paused_all, paused_plan,
        resumed_all, resumed_plan,
        what_source, what_clock, what_tools, what_leftovers, what_signature, what_computer,
        computer_silent, computers_heading, computer_line, computer_never, computer_not_signed,
        computer_doubted, computer_silent_note, computer_dismissed, day_one, day_many,
        // Schedules and the agent.
        next_dates, next_now, next_at, held_now, held_until, upload_held, last_dates, slot_claimed,
        slot_done, slot_late, slot_retried, slot_failed, slot_cut_off, slot_skipped, slot_collapsed,
        slot_joined, slot_held, hold_paused, hold_running, hold_no_place, hold_settling,
        hold_next_is_near, hold_back_off, hold_given_up, send_paused, send_destination_absent,
        send_sign_in_needed, send_no_network, send_battery, send_metered, send_office_hours,
        agent_running, agent_absent, agent_started, agent_ended, agent_cut_off, agent_busy,
        agent_busy_hint, agent_clock, agent_trouble, agent_paused, agent_installed,
        agent_installed_later, agent_removed, agent_not_installed, agent_file, agent_file_removed,
        agent_foreign, agent_command,
        // The message for the technician.
        support_written, support_title, support_made, support_named, support_anonymous, support_files,
        support_file_summary, support_file_facts, support_file_log, support_plans,
        support_destinations, support_findings, support_operations, support_none,
        // Progress.
        progress_of, progress_speed, progress_left,
    }
}

impl Texts {
    /// The text that stands for a word of the wire, such as a state; the word itself when there is none.
    pub(crate) fn word<'a>(&self, prefix: &str, word: &'a str) -> &'a str {
        self.get(&format!("{prefix}{word}")).map_or(word, |text| *text)
    }
}
