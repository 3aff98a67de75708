//! Which column of a file means what on a card, and a first guess from the header.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

/// What a column of a file becomes.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Field {
    /// The card's one line of text.
    Title,
    /// Its paragraphs.
    Description,
    /// The column it stands in, by name.
    Column,
    /// Task, story, bug, issue or question, in many words.
    Type,
    /// The estimate.
    Points,
    /// Urgent, high or low, in many words.
    Priority,
    /// People who work on it.
    Assignee,
    /// Its labels.
    Label,
    /// The first day.
    Start,
    /// The last day.
    Due,
    /// Its number or key in the product it comes from.
    Number,
    /// The sprint it is planned for, by name.
    Sprint,
    /// What was said about it.
    Comment,
    /// Things to tick off.
    Checklist,
    /// Nothing.
    Ignore,
}

impl Field {
    /// The field's name in a [`Mapping`].
    pub fn as_str(self) -> &'static str {
        match self {
            Field::Title => "title",
            Field::Description => "description",
            Field::Column => "column",
            Field::Type => "type",
            Field::Points => "points",
            Field::Priority => "priority",
            Field::Assignee => "assignee",
            Field::Label => "label",
            Field::Start => "start",
            Field::Due => "due",
            Field::Number => "number",
            Field::Sprint => "sprint",
            Field::Comment => "comment",
            Field::Checklist => "checklist",
            Field::Ignore => "ignore",
        }
    }

    /// Whether a card can have several of it, so that several columns may mean it.
    pub(super) fn is_plural(self) -> bool {
        matches!(self, Field::Assignee | Field::Label | Field::Sprint | Field::Comment | Field::Checklist)
    }
}

/// Which field each column means, by the column's place from 0; columns that are not named are ignored.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Mapping(BTreeMap<usize, Field>);

impl Mapping {
    /// What the header suggests: what a person finds on the form before touching it.
    pub fn guessed<S: AsRef<str>>(header: &[S]) -> Mapping {
        let mut mapping = Mapping::default();
        for (index, name) in header.iter().enumerate() {
            let free = guess(name.as_ref()).filter(|field| field.is_plural() || !mapping.has(*field));
            if let Some(field) = free {
                mapping.0.insert(index, field);
            }
        }
        mapping
    }

    /// The field of a column, if it has one.
    pub fn field(&self, index: usize) -> Option<Field> {
        self.0.get(&index).copied().filter(|field| *field != Field::Ignore)
    }

    /// Whether any column means the field.
    pub fn has(&self, field: Field) -> bool {
        self.0.values().any(|mapped| *mapped == field)
    }
}

impl FromIterator<(usize, Field)> for Mapping {
    fn from_iter<I: IntoIterator<Item = (usize, Field)>>(columns: I) -> Mapping {
        Mapping(columns.into_iter().collect())
    }
}

/// Names of columns without spaces and signs, in lower case: of Jira in English and Korean, of other trackers, and of people's own tables.
const NAMES: [(Field, &[&str]); 14] = [
    (
        Field::Title,
        &["title", "summary", "name", "subject", "cardname", "task", "제목", "요약", "이름", "할일", "작업"],
    ),
    (Field::Description, &["description", "desc", "details", "body", "notes", "설명", "내용", "본문", "비고"]),
    (
        Field::Column,
        &["column", "status", "state", "list", "listname", "stage", "컬럼", "칼럼", "열", "상태", "단계", "리스트"],
    ),
    (Field::Type, &["type", "issuetype", "worktype", "tracker", "kind", "유형", "이슈유형", "업무유형", "종류"]),
    (
        Field::Points,
        &[
            "points",
            "point",
            "storypoints",
            "storypoint",
            "storypointestimate",
            "estimate",
            "sp",
            "포인트",
            "스토리포인트",
            "점수",
            "추정",
        ],
    ),
    (Field::Priority, &["priority", "우선순위", "중요도"]),
    (Field::Assignee, &["assignee", "assignees", "assignedto", "members", "owner", "owners", "담당자", "담당"]),
    (Field::Label, &["label", "labels", "tag", "tags", "라벨", "레이블", "태그"]),
    (Field::Start, &["start", "startdate", "시작", "시작일", "시작날짜"]),
    (Field::Due, &["due", "duedate", "deadline", "enddate", "마감", "마감일", "기한", "종료일", "완료예정일"]),
    (Field::Number, &["number", "no", "key", "issuekey", "id", "번호", "키", "이슈키", "업무키"]),
    (Field::Sprint, &["sprint", "sprints", "iteration", "스프린트"]),
    (Field::Comment, &["comment", "comments", "댓글", "코멘트", "의견"]),
    (Field::Checklist, &["checklist", "checklists", "체크리스트"]),
];

/// A column's name without what people write differently; Jira writes its own fields as `Custom field (Story Points)`.
fn plain(name: &str) -> String {
    let lower = name.to_lowercase();
    let inner = lower.strip_prefix("custom field (").or(lower.strip_prefix("사용자 정의 필드("));
    let inner = inner.and_then(|rest| rest.strip_suffix(')')).unwrap_or(&lower);
    inner.chars().filter(|c| c.is_alphanumeric()).collect()
}

fn guess(name: &str) -> Option<Field> {
    let name = plain(name);
    NAMES.iter().find(|(_, names)| names.contains(&name.as_str())).map(|(field, _)| *field)
}

/// Where a file seems to come from.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum Kind {
    /// Jira's export of issues.
    Jira,
    /// Any table.
    Csv,
}

/// Jira names its keys and types in its own words, and repeats a column for each further value.
pub(super) fn kind<S: AsRef<str>>(header: &[S]) -> Kind {
    let names: Vec<String> = header.iter().map(|name| plain(name.as_ref())).collect();
    let has = |name: &str| names.iter().any(|known| known == name);
    let repeats = |name: &str| names.iter().filter(|known| *known == name).count() > 1;
    let is_own = has("issuekey") || has("이슈키") || has("업무키");
    let is_typed = (has("issuetype") || has("이슈유형") || has("업무유형")) && (has("summary") || has("요약"));
    let is_custom = header.iter().any(|name| name.as_ref().starts_with("Custom field ("));
    let is_repeated = ["sprint", "labels", "comment", "스프린트", "레이블", "댓글"].into_iter().any(repeats);
    if is_own || is_typed || is_custom || (is_repeated && (has("summary") || has("요약"))) {
        Kind::Jira
    } else {
        Kind::Csv
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn fields(header: &[&str]) -> Vec<Option<Field>> {
        let mapping = Mapping::guessed(header);
        (0..header.len()).map(|index| mapping.field(index)).collect()
    }

    #[test]
    fn a_header_of_jira_is_recognised_with_its_repeated_columns() {
        let header = [
            "Summary",
            "Issue key",
            "Issue id",
            "Issue Type",
            "Status",
            "Sprint",
            "Sprint",
            "Custom field (Story Points)",
            "Due date",
        ];

        assert_eq!(kind(&header), Kind::Jira);
        assert_eq!(
            fields(&header),
            [
                Some(Field::Title),
                Some(Field::Number),
                None,
                Some(Field::Type),
                Some(Field::Column),
                Some(Field::Sprint),
                Some(Field::Sprint),
                Some(Field::Points),
                Some(Field::Due)
            ]
        );
        assert_eq!(kind(&["issuekey", "title", "description", "storypoint"]), Kind::Jira);
        assert_eq!(kind(&["요약", "이슈 유형", "상태"]), Kind::Jira);
        assert_eq!(kind(&["Title", "Status", "Labels"]), Kind::Csv);
    }

    #[test]
    fn a_field_of_one_value_is_guessed_for_the_first_column_only() {
        assert_eq!(
            fields(&["제목", "Name", "라벨", "tags"]),
            [Some(Field::Title), None, Some(Field::Label), Some(Field::Label)]
        );
    }

    #[test]
    fn a_mapping_is_json_by_index() {
        let mapping: Mapping =
            serde_json::from_str(r#"{"0": "title", "3": "ignore", "7": "points"}"#).expect("a mapping");

        assert_eq!(
            (mapping.field(0), mapping.field(3), mapping.field(7)),
            (Some(Field::Title), None, Some(Field::Points))
        );
        assert_eq!(serde_json::to_string(&mapping).expect("JSON"), r#"{"0":"title","3":"ignore","7":"points"}"#);
        assert!(serde_json::from_str::<Mapping>(r#"{"0": "colour"}"#).is_err());
    }
}
