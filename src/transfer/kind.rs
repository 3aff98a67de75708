//! What a file is when it is not what was asked for, in words for whoever chose it.

/// What a file begins with when it is of another kind, and what that kind is called.
const SIGNATURES: [(&[u8], &str); 13] = [
    (b"PK\x03\x04", "a zip file or a workbook (.xlsx, .ods, .numbers)"),
    (b"{\\rtf", "a document of a word processor"),
    (b"PK\x05\x06", "an empty zip file"),
    (b"\xd0\xcf\x11\xe0", "an old workbook (.xls)"),
    (b"\x89PNG", "a picture"),
    (b"\xff\xd8\xff", "a picture"),
    (b"GIF8", "a picture"),
    (b"%PDF", "a PDF document"),
    (b"\x1f\x8b", "a compressed file"),
    (b"Rar!", "a compressed file"),
    (b"7z\xbc\xaf\x27\x1c", "a compressed file"),
    (b"\x7fELF", "a program"),
    (b"MZ\x90", "a program"),
];

/// What text of another kind begins with, in any case.
const TAGS: [(&str, &str); 4] =
    [("<!doctype html", "a web page"), ("<html", "a web page"), ("<?xml", "XML"), ("begin:vcalendar", "a calendar")];

/// What the file is, as far as its beginning tells; `None` for what may be a table or JSON.
pub(super) fn kind_of(bytes: &[u8]) -> Option<&'static str> {
    let start = bytes.strip_prefix(b"\xef\xbb\xbf").unwrap_or(bytes).trim_ascii_start();
    let signature = SIGNATURES.iter().find(|(signature, _)| bytes.starts_with(signature)).map(|(_, kind)| *kind);
    let is_tag = |tag: &str| start.get(..tag.len()).is_some_and(|head| head.eq_ignore_ascii_case(tag.as_bytes()));
    signature.or_else(|| TAGS.iter().find(|(tag, _)| is_tag(tag)).map(|(_, kind)| *kind))
}

/// A size in words: whole megabytes, at least one.
pub(super) fn megabytes(bytes: usize) -> String {
    format!("{} MB", bytes.div_ceil(1 << 20))
}
