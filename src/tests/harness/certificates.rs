//! Certificates of a test's own, made by openssl.

use std::path::{Path, PathBuf};
use std::process::Command;

use tempfile::TempDir;

/// Somebody who vouches for servers; known to whoever is given its certificate.
pub(crate) struct Authority {
    folder: TempDir,
}

impl Authority {
    pub(crate) fn new() -> Self {
        let folder = TempDir::new().expect("a temporary directory");
        // The machine's own settings would add to what is asked for here.
        std::fs::write(folder.path().join("settings"), "[req]\ndistinguished_name = dn\n[dn]\n").expect("a file");
        let authority = Self { folder };
        authority.make("authority", &["-addext", "basicConstraints=critical,CA:TRUE"]);
        authority
    }

    /// The file of its certificate.
    pub(crate) fn file(&self) -> PathBuf {
        self.folder.path().join("authority.pem")
    }

    /// The files of a server's certificate and key. It is for one name, as `DNS:localhost` or `IP:127.0.0.1`.
    pub(crate) fn vouch_for(&self, name: &str) -> (PathBuf, PathBuf) {
        let alternative = format!("subjectAltName={name}");
        let signed = ["-CA", "authority.pem", "-CAkey", "authority.key", "-addext", &alternative];
        self.make("server", &[&signed, &["-addext", "basicConstraints=critical,CA:FALSE"][..]].concat());
        (self.folder.path().join("server.pem"), self.folder.path().join("server.key"))
    }

    /// Makes a key and a certificate.
    fn make(&self, name: &str, options: &[&str]) {
        let folder: &Path = self.folder.path();
        let mut command = Command::new("openssl");
        command.args(["req", "-config", "settings", "-x509", "-days", "2", "-subj", &format!("/CN={name}")]);
        command.args(["-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-nodes"]);
        command.args(["-keyout", &format!("{name}.key"), "-out", &format!("{name}.pem")]).args(options);
        let ran = command.current_dir(folder).output().expect("openssl is installed");
        assert!(ran.status.success(), "{}", String::from_utf8_lossy(&ran.stderr));
    }
}
