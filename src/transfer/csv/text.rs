//! From a file's bytes to text: which encoding it is in, and whether it is a table at all.
//!
//! Promises: UTF-8, UTF-16 with its mark, and CP949 are read (Korean spreadsheets still save CP949 where a person asks for "CSV");
//! a file of another kind is refused by what it is, never read as a table of rubbish.

use encoding_rs::{EUC_KR, Encoding, UTF_8, UTF_16BE, UTF_16LE};
use serde::de::IgnoredAny;

use super::CsvError;
use crate::transfer::kind::kind_of;

/// Text of a file.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Text {
    pub(super) text: String,
    /// Whether it was taken for CP949, which nothing in the file says.
    pub(super) is_guessed: bool,
}

/// Reads the bytes as text.
///
/// # Errors
/// [`CsvError::OtherKind`] for what is no text, [`CsvError::Encoding`] for text that no known encoding explains.
pub(super) fn decode(bytes: &[u8]) -> Result<Text, CsvError> {
    if let Some(kind) = kind_of(bytes) {
        return Err(CsvError::OtherKind(kind));
    }
    let marked = Encoding::for_bom(bytes).filter(|(encoding, _)| [UTF_8, UTF_16LE, UTF_16BE].contains(encoding));
    let text = match marked {
        Some((encoding, mark)) => whole(encoding, &bytes[mark..]).ok_or(CsvError::Encoding { line: 1 })?,
        None => unmarked(bytes)?,
    };
    if text.text.contains('\0') {
        return Err(CsvError::OtherKind("no text"));
    }
    match kind_of(text.text.as_bytes()) {
        Some(kind) => Err(CsvError::OtherKind(kind)),
        None if is_json(&text.text) => Err(CsvError::OtherKind("JSON, as Trello and CalIT export it")),
        None => Ok(text),
    }
}

fn unmarked(bytes: &[u8]) -> Result<Text, CsvError> {
    match std::str::from_utf8(bytes) {
        Ok(text) => Ok(Text { text: text.to_owned(), is_guessed: false }),
        Err(_) if bytes.contains(&0) => Err(CsvError::OtherKind("no text")),
        Err(error) => {
            let line = 1 + bytes[..error.valid_up_to()].iter().filter(|byte| **byte == b'\n').count();
            let text = whole(EUC_KR, bytes).ok_or(CsvError::Encoding { line })?;
            Ok(Text { is_guessed: true, ..text })
        }
    }
}

/// The text, if the encoding explains every byte.
fn whole(encoding: &'static Encoding, bytes: &[u8]) -> Option<Text> {
    let text = encoding.decode_without_bom_handling_and_without_replacement(bytes)?;
    Some(Text { text: text.into_owned(), is_guessed: false })
}

/// A table may begin with a bracket, so only what parses as JSON is taken for it.
fn is_json(text: &str) -> bool {
    text.trim_start().starts_with(['{', '[']) && serde_json::from_str::<IgnoredAny>(text).is_ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn text(bytes: &[u8]) -> String {
        decode(bytes).expect("it is text").text
    }

    #[test]
    fn every_encoding_that_spreadsheets_write_is_read() {
        let utf16 = |to_bytes: fn(u16) -> [u8; 2]| -> Vec<u8> {
            "\u{feff}제목,😀".encode_utf16().flat_map(to_bytes).collect()
        };

        assert_eq!(text("제목,😀".as_bytes()), "제목,😀");
        assert_eq!(text("\u{feff}제목,😀".as_bytes()), "제목,😀");
        assert_eq!(text(&utf16(u16::to_le_bytes)), "제목,😀");
        assert_eq!(text(&utf16(u16::to_be_bytes)), "제목,😀");
        assert_eq!(decode(b"\xc1\xa6\xb8\xf1"), Ok(Text { text: "제목".to_owned(), is_guessed: true }));
    }

    #[test]
    fn a_file_of_another_kind_is_refused_in_a_sentence() {
        let refusal = |bytes: &[u8]| decode(bytes).expect_err("it is refused").to_string();

        assert_eq!(
            refusal(b"PK\x03\x04rest"),
            "this file is a zip file or a workbook (.xlsx, .ods, .numbers), not CSV; save it as CSV first"
        );
        assert_eq!(
            refusal(b" {\"lists\": []}\n"),
            "this file is JSON, as Trello and CalIT export it, not CSV; save it as CSV first"
        );
        assert_eq!(refusal(b"a,b\0\n"), "this file is no text, not CSV; save it as CSV first");
        assert_eq!(refusal(b"<!DOCTYPE html><p>"), "this file is a web page, not CSV; save it as CSV first");
        assert_eq!(
            refusal(b"title\n\xff\xff"),
            "line 2 is in no encoding that is read here; save the file as CSV in UTF-8"
        );
    }
}
