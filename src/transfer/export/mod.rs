//! A board goes out: whole as JSON, or as a table for a spreadsheet.

mod csv;
mod json;

pub use csv::{COMMENTS_MAX, csv};
pub use json::{DEPTH_MAX, json};
