//! What the form of a value says, without a character of it.

/// Length and form of a credential as a person should see it, never a character of the value.
pub fn form(text: &str) -> String {
    let mut notes = vec![format!("{} characters", text.chars().count())];
    let rows = [
        (text.trim() != text, "white space around it: remove it"),
        (text.starts_with(['"', '\'']), "quotes are part of it: remove them"),
        (text.to_ascii_lowercase().starts_with("bearer"), "begins with Bearer: keep the bare key, the header adds the word"),
        (text.starts_with("eyJ"), "looks like a token (JWT), not a key"),
        (text.starts_with("sk-"), "looks like a relay's or another service's key"),
    ];
    notes.extend(rows.into_iter().filter(|(holds, _)| *holds).map(|(_, note)| note.to_owned()));
    notes.join("; ")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_form_of_a_value_never_holds_the_value() {
        let said = form(" Bearer abcdef123456");
        assert!(!said.contains("abcdef") && said.contains("white space") && said.contains("20 characters"), "{said}");
        assert!(form("Bearer x").contains("begins with Bearer"));
    }
}
