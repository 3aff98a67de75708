//! What the words of other products mean here: names of columns, types, priorities, in English and Korean.

use crate::board::card::CardKind;
use crate::board::column::Category;

/// Guesses what a column means for the sprint from the words in its name.
pub(super) fn category(name: &str) -> Category {
    let name = name.to_lowercase();
    let words: Vec<&str> = name.split(|c: char| !c.is_alphanumeric()).collect();
    let has = |list: &[&str]| {
        list.iter().any(|word| if word.is_ascii() { words.contains(word) } else { name.contains(word) })
    };
    match () {
        () if has(&[
            "done",
            "complete",
            "completed",
            "finished",
            "shipped",
            "closed",
            "resolved",
            "완료",
            "종료",
            "해결",
        ]) =>
        {
            Category::Done
        }
        () if has(&["doing", "progress", "wip", "review", "qa", "testing", "merge", "진행", "리뷰", "검토"]) => {
            Category::Doing
        }
        () if has(&["backlog", "icebox", "someday", "백로그"]) => Category::Backlog,
        () => Category::Todo,
    }
}

/// The type that a word means, and whether it says exactly that; `None` for unknown words.
pub(super) fn card_type(word: &str) -> Option<(CardKind, bool)> {
    match plain(word).as_str() {
        "task" | "작업" | "태스크" | "할일" | "업무" => Some((CardKind::Task, true)),
        "subtask" | "하위작업" | "improvement" | "개선" | "chore" | "technicaltask" => {
            Some((CardKind::Task, false))
        }
        "story" | "userstory" | "스토리" | "사용자스토리" => Some((CardKind::Story, true)),
        "epic" | "에픽" | "feature" | "newfeature" | "기능" | "새기능" | "requirement" => {
            Some((CardKind::Story, false))
        }
        "bug" | "버그" => Some((CardKind::Bug, true)),
        "defect" | "fault" | "결함" | "오류" | "incident" | "장애" => Some((CardKind::Bug, false)),
        "issue" | "이슈" | "문제" => Some((CardKind::Issue, true)),
        "question" | "질문" => Some((CardKind::Question, true)),
        "support" | "servicerequest" | "문의" => Some((CardKind::Question, false)),
        _ => None,
    }
}

/// The priority that a word means, where medium is none; `None` for unknown words.
pub(super) fn priority(word: &str) -> Option<Option<&'static str>> {
    match plain(word).as_str() {
        "blocker" | "critical" | "highest" | "urgent" | "p0" | "긴급" | "가장높음" | "매우높음" => {
            Some(Some("urgent"))
        }
        "major" | "high" | "p1" | "높음" | "중요" => Some(Some("high")),
        "medium" | "normal" | "p2" | "보통" | "중간" => Some(None),
        "minor" | "low" | "lowest" | "trivial" | "p3" | "p4" | "낮음" | "가장낮음" | "매우낮음" => {
            Some(Some("low"))
        }
        _ => None,
    }
}

fn plain(word: &str) -> String {
    word.to_lowercase().chars().filter(|c| c.is_alphanumeric()).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_of_columns_are_understood_in_both_languages() {
        let cases = [
            ("완료됨", Category::Done),
            ("Closed", Category::Done),
            ("진행 중", Category::Doing),
            ("Code Review", Category::Doing),
            ("Product Backlog", Category::Backlog),
            ("할 일", Category::Todo),
            ("Undone", Category::Todo),
        ];

        cases.into_iter().for_each(|(name, expected)| assert_eq!(category(name), expected, "{name}"));
    }

    #[test]
    fn types_and_priorities_are_understood_in_both_languages() {
        assert_eq!(card_type("Sub-task"), Some((CardKind::Task, false)));
        assert_eq!((card_type("버그"), card_type("Spike")), (Some((CardKind::Bug, true)), None));
        assert_eq!(
            (priority("Blocker"), priority("보통"), priority("whenever")),
            (Some(Some("urgent")), Some(None), None)
        );
    }
}
