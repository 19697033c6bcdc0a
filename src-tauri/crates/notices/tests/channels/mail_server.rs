//! Exim, a real mail server, as a process of its own with everything it keeps in the test's folder.

use std::fs;
use std::os::unix::fs::PermissionsExt as _;
use std::process::{Child, Command, Stdio};
use std::time::Duration;

use resguardo_testkit::desk::needed;
use serde_json::Value;
use tempfile::TempDir;

use crate::certificates::Pair;
use crate::server::closed_port;

pub(crate) const USER: &str = "ana";

/// A mail server that takes mail from `USER` with the password it was started with.
pub(crate) struct MailServer {
    folder: TempDir,
    child: Child,
    pub(crate) starttls: u16,
    pub(crate) tls: u16,
}

impl MailServer {
    pub(crate) fn start(pair: &Pair, password: &str) -> Self {
        needed("exim4", "exim4-daemon-light");
        let folder = tempfile::tempdir().unwrap();
        let (starttls, tls) = (closed_port(), closed_port());
        let place = folder.path();
        fs::set_permissions(place, fs::Permissions::from_mode(0o755)).unwrap();
        fs::write(place.join("certificate.pem"), &pair.certificate).unwrap();
        fs::write(place.join("key.pem"), &pair.key).unwrap();
        let config = CONFIG
            .replace("FOLDER", place.to_str().unwrap())
            .replace("STARTTLS", &starttls.to_string())
            .replace("IMPLICIT", &tls.to_string())
            .replace("PASSWORD", password);
        fs::write(place.join("exim.conf"), config).unwrap();
        as_root(&format!(
            "cd '{0}' && chmod 600 key.pem exim.conf && mkdir spool log mail && chown -R Debian-exim spool log *.pem \
             && chown root exim.conf && chown mail:mail mail",
            place.display()
        ));
        let child = root("exec exim4 -C exim.conf -bdf")
            .current_dir(place)
            .stdout(Stdio::null())
            .stderr(Stdio::null())
            .spawn()
            .unwrap();
        let server = Self { folder, child, starttls, tls };
        server.wait_until_it_listens();
        server
    }

    fn wait_until_it_listens(&self) {
        for _ in 0..400 {
            let both =
                [self.starttls, self.tls].map(|port| std::net::TcpStream::connect(("127.0.0.1", port)));
            if both.iter().all(Result::is_ok) {
                return;
            }
            std::thread::sleep(Duration::from_millis(50));
        }
        panic!("exim did not start: {}", self.log());
    }

    /// What it wrote down, for the failure of a test.
    pub(crate) fn log(&self) -> String {
        as_root(&format!("cat '{}'/log/* 2>/dev/null; true", self.folder.path().display()))
    }

    /// The letters that arrived, as Python's mail parser reads them.
    pub(crate) fn letters(&self) -> Vec<Value> {
        needed("python3", "python3");
        let folder = self.folder.path().display();
        // Taking mail and delivering it are two steps, the second only by root for a configuration that is not the system's.
        as_root(&format!("cd '{folder}' && exim4 -C '{folder}/exim.conf' -qff"));
        fs::write(self.folder.path().join("read.py"), READER).unwrap();
        let text = as_root(&format!("python3 '{folder}/read.py' '{folder}/mail/new'"));
        serde_json::from_str(&text).unwrap_or_else(|cause| panic!("{cause}: {text}\n{}", self.log()))
    }
}

impl Drop for MailServer {
    fn drop(&mut self) {
        // By a signal that sudo passes on; a child that is gone already is what was wanted.
        let _ = root(&format!("kill {}", self.child.id())).stderr(Stdio::null()).status();
        let _ = self.child.wait();
        let _ =
            root(&format!("rm -rf '{0}'/spool '{0}'/log '{0}'/mail", self.folder.path().display())).status();
    }
}

/// A shell as root: directly when we are, else by sudo without a question.
fn root(script: &str) -> Command {
    let is_root = Command::new("id").arg("-u").output().unwrap().stdout.trim_ascii() == b"0";
    let mut command = Command::new(if is_root { "sh" } else { "sudo" });
    if !is_root {
        command.args(["-n", "sh"]);
    }
    command.args(["-c", script]).env("PATH", "/usr/sbin:/usr/bin:/sbin:/bin");
    command
}

fn as_root(script: &str) -> String {
    let output = root(script).output().unwrap();
    let errors = String::from_utf8_lossy(&output.stderr);
    assert!(output.status.success(), "as root (or by `sudo -n`), exim needs it: {script}: {errors}");
    String::from_utf8(output.stdout).unwrap()
}

const CONFIG: &str = r"
spool_directory = FOLDER/spool
log_file_path = FOLDER/log/%slog
pid_file_path = FOLDER/spool/exim.pid
primary_hostname = localhost
local_interfaces = 127.0.0.1.STARTTLS : 127.0.0.1.IMPLICIT
tls_on_connect_ports = IMPLICIT
tls_advertise_hosts = *
tls_certificate = FOLDER/certificate.pem
tls_privatekey = FOLDER/key.pem
auth_advertise_hosts = ${if eq{$tls_in_cipher}{}{}{*}}
acl_smtp_rcpt = recipients
keep_environment =
queue_only
begin acl
recipients:
  accept authenticated = *
         condition = ${if eq{$local_part}{unknown}{no}{yes}}
  deny message = not here
begin routers
all:
  driver = accept
  transport = store
begin transports
store:
  driver = appendfile
  directory = FOLDER/mail
  maildir_format
  user = mail
  group = mail
begin authenticators
plain:
  driver = plaintext
  public_name = PLAIN
  server_prompts = :
  server_set_id = $auth2
  server_condition = ${if and{{eq{$auth2}{ana}}{eq{$auth3}{PASSWORD}}}}
";

const READER: &str = r"
import email, email.policy, json, os, sys
letters = []
for name in sorted(os.listdir(sys.argv[1])) if os.path.isdir(sys.argv[1]) else []:
    with open(os.path.join(sys.argv[1], name), 'rb') as file:
        letter = email.message_from_binary_file(file, policy=email.policy.default)
    headers = {key.lower(): str(value) for key, value in letter.items()}
    parts = {part.get_content_type(): part.get_content() for part in letter.walk() if not part.is_multipart()}
    letters.append({'headers': headers, 'type': letter.get_content_type(), 'parts': parts})
json.dump(letters, sys.stdout)
";
