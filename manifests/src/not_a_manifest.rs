//! What a command printed in place of a manifest.

/// Whether a text is a table, as `kubectl get` prints it without `-o yaml`.
pub(crate) fn is_table(text: &str) -> bool {
    let Some(head) = text.lines().find(|line| !line.trim().is_empty()) else { return false };
    let starts = ["NAME ", "NAMESPACE ", "LAST SEEN "].iter().any(|start| head.starts_with(start));
    let is_head = |c: char| c.is_ascii_uppercase() || c.is_ascii_digit() || " ()/_-.%".contains(c);
    (starts || head.trim_end() == "NAME") && head.trim_end().chars().all(is_head)
}

/// The first line of a text, if a command that failed wrote it.
pub(crate) fn failure(text: &str) -> Option<&str> {
    const STARTS: [&str; 9] = [
        "Error:",
        "Error from server",
        "error:",
        "ERROR:",
        "Unable to connect to the server",
        "The connection to the server",
        "No resources found",
        "E0",
        "Usage:",
    ];
    let line = text.lines().map(str::trim).find(|line| !line.is_empty() && !line.starts_with(['#', '-']))?;
    let is_log = |line: &str| line.contains(".go:") && line.contains("] ");
    STARTS.iter().any(|start| line.starts_with(start) && (*start != "E0" || is_log(line))).then_some(line)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn knows_a_table_by_its_head() {
        for table in [
            "NAME     AGE\nstored   3d\n",
            "\nNAMESPACE   NAME   READY   STATUS\n",
            "NAME   TYPE   CLUSTER-IP   EXTERNAL-IP   PORT(S)   AGE\n",
            "NAME\nshop\n",
        ] {
            assert!(is_table(table), "{table}");
        }
        for other in ["NAME: x\n", "name   age\n", "NAMES\n", "", "NAME is a word\n"] {
            assert!(!is_table(other), "{other}");
        }
    }

    #[test]
    fn knows_the_message_of_a_command() {
        let text = "Error from server (Forbidden): pods is forbidden\n";
        assert_eq!(failure(text), Some(text.trim_end()));
        assert!(failure("Error: path \"./charts/shop\" not found\n").is_some());
        assert!(failure("E0101 10:00:00.0 1 memcache.go:265] couldn't get current server API group list\n").is_some());
        assert!(failure("kind: Pod\nError: x\n").is_none());
        assert!(failure("E0: x\n").is_none());
    }
}
