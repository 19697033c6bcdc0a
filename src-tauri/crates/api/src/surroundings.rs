//! What the commands take from the environment of the program that answers.

use resguardo_platform::UserFolders;

/// The folders of the user for whom this program runs.
pub(crate) fn user_folders() -> Option<UserFolders> {
    UserFolders::find(&|name| std::env::var_os(name))
}
