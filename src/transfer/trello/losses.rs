//! Counts what a Trello export holds and the importer does not read.

use crate::transfer::loss_report::{Fate, LossReport};

use super::file::{Export, Rest};

/// Keys that only say what belongs to what, or count what is there: the board says the same by its shape.
const IMPLIED: [&str; 8] = [
    "idBoard",
    "idChecklists",
    "idChecklist",
    "card.labels",
    "idMemberCreator",
    "nodeId",
    "list.idOrganization",
    "uses",
];

/// What the kinds that occur in real exports are.
const NOTES: [(&str, &str); 45] = [
    ("board.closed", "the board was archived"),
    ("board.creationMethod", "how it was made"),
    ("board.customFields", "definitions of custom fields"),
    ("board.dateLastActivity", "Trello's own book-keeping"),
    ("board.dateLastView", "Trello's own book-keeping"),
    ("board.desc", "the board's description"),
    ("board.id", "Trello's id of the board"),
    ("board.idMemberCreator", "who made the board"),
    ("board.idOrganization", "the Trello workspace"),
    ("board.idTags", "the Trello workspace's collections"),
    ("board.ixUpdate", "Trello's own book-keeping"),
    ("board.labelNames", "the same names as in the labels"),
    ("board.limits", "Trello's own limits"),
    ("board.memberships", "who may do what in Trello"),
    ("board.pluginData", "data of Power-Ups"),
    ("board.powerUps", "Power-Ups"),
    ("board.prefs", "settings and background"),
    ("board.shortLink", "address in Trello"),
    ("board.shortUrl", "address in Trello"),
    ("board.starred", "a personal mark"),
    ("board.url", "address in Trello"),
    ("card.checkItemStates", "the same as in the checklists"),
    ("card.cover", "covers"),
    ("card.coordinates", "places on a map"),
    ("card.customFieldItems", "values of custom fields"),
    ("card.idAttachmentCover", "covers"),
    ("card.idMembersVoted", "votes"),
    ("card.locationName", "places on a map"),
    ("card.address", "places on a map"),
    ("card.manualCoverAttachment", "covers"),
    ("card.pluginData", "data of Power-Ups"),
    ("card.shortUrl", "address in Trello"),
    ("card.stickers", "stickers"),
    ("card.subscribed", "a personal mark"),
    ("card.url", "address in Trello"),
    ("checkItem.due", "due dates of checklist items"),
    ("checkItem.idMember", "people on checklist items"),
    ("checklist.id", "Trello's ids of checklists"),
    ("comment.dateLastEdited", "when comments were edited"),
    ("member.confirmed", "accounts in Trello"),
    ("member.initials", "the same as in the names"),
    ("member.memberType", "who may do what in Trello"),
    ("list.softLimit", "card limits of lists"),
    ("list.subscribed", "a personal mark"),
    ("member.username", "sign-in names"),
];

/// Counts the keys that are not read, everywhere but in the actions' data.
pub(super) fn add_unread_keys(export: &Export, report: &mut LossReport) {
    add(report, "board", &export.rest);
    export.lists.iter().flatten().for_each(|list| add(report, "list", &list.rest));
    export.cards.iter().flatten().for_each(|card| add(report, "card", &card.rest));
    export.labels.iter().for_each(|label| add(report, "label", &label.rest));
    export.members.iter().for_each(|member| add(report, "member", &member.rest));
    for checklist in &export.checklists {
        add(report, "checklist", &checklist.rest);
        checklist.check_items.iter().for_each(|item| add(report, "checkItem", &item.rest));
    }
}

/// Counts the actions that make nothing on the board, by kind.
pub(super) fn add_unread_actions(export: &Export, report: &mut LossReport) {
    for action in &export.actions {
        match action.kind.as_str() {
            // A comment is carried over; a card's making gives its author.
            "commentCard" => add(report, "comment", &action.data.rest),
            "createCard" => {}
            kind => report.add(Fate::Lost, format!("action.{kind}"), 1, "history: what happened on the board"),
        }
        let personal = |rest: &Rest| {
            rest.iter()
                .filter(|(key, _)| key.as_str() != "member")
                .map(|(key, filled)| (key.clone(), *filled))
                .collect()
        };
        add(report, "action", &personal(&action.rest));
    }
}

fn add(report: &mut LossReport, part: &str, rest: &Rest) {
    for (key, filled) in rest {
        let kind = format!("{part}.{key}");
        let is_comment_place = part == "comment" && key == "board";
        if !is_comment_place && !IMPLIED.contains(&key.as_str()) && !IMPLIED.contains(&kind.as_str()) {
            let note = NOTES.iter().find(|(known, _)| *known == kind).map_or("", |(_, note)| note);
            report.add(Fate::Lost, kind, filled.0, note);
        }
    }
}
