//! Names in one argument: a list with commas, in which a name that holds one stands in quotation marks.

use std::mem::take;

/// Names as a line of CSV has them: `a,"b, c"` are two.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct NameList(pub(super) Vec<String>);

impl NameList {
    /// All names of several lists.
    pub(super) fn names(lists: &[Self]) -> Vec<String> {
        lists.iter().flat_map(|list| list.0.clone()).collect()
    }
}

impl std::str::FromStr for NameList {
    type Err = &'static str;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let (mut names, mut name) = (Vec::new(), String::new());
        let mut characters = text.chars().peekable();
        let (mut is_within, mut was_quoted) = (false, false);
        while let Some(character) = characters.next() {
            match character {
                '"' if is_within && characters.next_if_eq(&'"').is_some() => name.push('"'),
                '"' if is_within => is_within = false,
                _ if is_within => name.push(character),
                ',' => {
                    names.push(take(&mut name));
                    was_quoted = false;
                }
                // A quotation mark further on is one of the name's own.
                '"' if name.trim().is_empty() && !was_quoted => {
                    name.clear();
                    (is_within, was_quoted) = (true, true);
                }
                _ if was_quoted && !character.is_whitespace() => {
                    return Err("a comma is needed behind the closing quotation mark");
                }
                _ => name.push(character),
            }
        }
        if is_within {
            return Err("a quotation mark is not closed");
        }
        names.push(name);
        Ok(Self(names))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_comma_in_quotation_marks_is_of_the_name() {
        for (text, expected) in [
            ("a,b", vec!["a", "b"]),
            ("a,\"b, c\",d", vec!["a", "b, c", "d"]),
            ("\"b, c\"", vec!["b, c"]),
            (" \"b\" ,c", vec!["b ", "c"]),
            ("\"say \"\"b\"\"\"", vec!["say \"b\""]),
            // A mark that does not begin a name is nothing but itself.
            ("5\" pipe,b", vec!["5\" pipe", "b"]),
            ("\"\",b", vec!["", "b"]),
            ("", vec![""]),
            ("a,", vec!["a", ""]),
        ] {
            let expected = expected.into_iter().map(str::to_owned).collect();
            assert_eq!(text.parse(), Ok(NameList(expected)), "{text}");
        }
        for text in ["\"a", "a,\"b,c", "\"a\"\""] {
            assert_eq!(
                text.parse::<NameList>(),
                Err("a quotation mark is not closed")
            );
        }
        for text in ["\"a\"b", "\"a\" \"b\""] {
            assert_eq!(
                text.parse::<NameList>(),
                Err("a comma is needed behind the closing quotation mark")
            );
        }
    }
}
