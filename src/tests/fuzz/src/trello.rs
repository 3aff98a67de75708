//! A small Trello export with everything in it that an import reads.

use calit::board::value::Stamp;
use calit::transfer::trello::ImportOptions;

/// Who imports, and when.
pub fn options() -> ImportOptions {
    ImportOptions { board_name: None, stamp: Stamp::new(1_795_484_520_000, "usr_importer") }
}

/// The file.
pub const EXPORT: &str = r#"{"name":"Small","prefs":{"background":"blue"},"pluginData":[1,2],
"lists":[{"id":"l2","name":"Done","pos":2},{"id":"l1","name":"To do","pos":1,"softLimit":3},{"id":"l3","name":"Old","pos":3,"closed":true}],
"labels":[{"id":"b1","name":"bug","color":"purple_dark"}],
"members":[{"id":"m1","fullName":"Ada","username":"ada"}],
"cards":[{"id":"5ca3d99a0378a65090e676ca","name":"Second","idList":"l1","pos":20,"desc":"one\n\nthree","due":"2026-11-27T09:00:00.000Z","dueComplete":true,"dueReminder":60,"idShort":3,"shortLink":"x","start":"tomorrow","idMembers":["m1","m9"],"idLabels":["b1"],"attachments":[{"name":"a","url":"https://example.org/","date":"2026-11-27T09:00:00.000Z"}],"badges":{"comments":3}},
{"id":"c1","name":"First","idList":"l1","pos":10.5,"closed":true},{"id":"c1","name":"Twin","idList":"l1","pos":11},{"id":"c3","name":"Hidden","idList":"l3","pos":1},{"id":"not a part id","name":"Lost","idList":"l9","pos":1}],
"checklists":[{"id":"k1","name":"Now","idCard":"5ca3d99a0378a65090e676ca","pos":1,"checkItems":[{"id":"i2","name":"two","state":"complete","pos":2},{"id":"i1","name":"one","pos":1}]}],
"actions":[{"id":"a4","type":"updateCard","date":"2026-11-24T03:00:00.000Z","idMemberCreator":"m1","data":{"card":{"id":"c1","closed":true},"old":{"closed":false}}},
{"id":"a3","type":"updateCard","date":"2026-11-24T02:00:00.000Z","idMemberCreator":"m1","data":{"card":{"id":"c1","idList":"l1"},"listBefore":{"id":"l2"},"old":{"idList":"l2"}}},
{"id":"a2","type":"commentCard","date":"2026-11-24T01:00:00.000Z","idMemberCreator":"m2","memberCreator":{"id":"m2","fullName":"Left"},"data":{"text":"hello","card":{"id":"5ca3d99a0378a65090e676ca"}}},
{"id":"a1","type":"createCard","date":"2026-11-23T01:00:00.000Z","idMemberCreator":"m1","data":{"card":{"id":"5ca3d99a0378a65090e676ca"},"list":{"id":"l1"}}},
{"id":"a0","type":"voteOnCard","data":{}}]}"#;
