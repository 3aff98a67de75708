//! What stands on the demo board.

use crate::board::column::Category;

pub(super) struct Column {
    pub(super) id: &'static str,
    pub(super) name: &'static str,
    pub(super) category: Category,
    pub(super) wip: Option<u16>,
    pub(super) cards: &'static [Line],
}

pub(super) struct Line {
    pub(super) number: u16,
    pub(super) title: &'static str,
    pub(super) points: u32,
    pub(super) labels: &'static [&'static str],
    pub(super) people: &'static [&'static str],
    pub(super) priority: Option<&'static str>,
    pub(super) due_in_days: Option<i64>,
    /// A card that cannot go on before this one is done.
    pub(super) blocks: Option<&'static str>,
    pub(super) description: &'static [&'static str],
    pub(super) checklist: &'static [(&'static str, bool)],
    /// Author, minutes before now, text.
    pub(super) comments: &'static [(&'static str, i64, &'static str)],
}

const fn line(
    number: u16,
    points: u32,
    title: &'static str,
    labels: &'static [&'static str],
    people: &'static [&'static str],
) -> Line {
    Line {
        number,
        title,
        points,
        labels,
        people,
        priority: None,
        due_in_days: None,
        blocks: None,
        description: &[],
        checklist: &[],
        comments: &[],
    }
}

const JIEUN: &str = "usr_jieun";
const MINHO: &str = "usr_minho";
const ADA: &str = "usr_ada";
const SEOYEON: &str = "usr_seoyeon";
const DOYUN: &str = "usr_doyun";
const EUNWOO: &str = "usr_eunwoo";
const LEO: &str = "usr_leo";
const HARIN: &str = "usr_harin";
const NOOR: &str = "usr_noor";

pub(super) const MEMBERS: [(&str, &str); 9] = [
    (JIEUN, "지은"),
    (MINHO, "민호"),
    (ADA, "Ada"),
    (SEOYEON, "서연"),
    (DOYUN, "도윤"),
    (EUNWOO, "은우"),
    (LEO, "Leo"),
    (HARIN, "하린"),
    (NOOR, "Noor"),
];

/// Id, name, colour.
pub(super) const LABELS: [(&str, &str, &str); 11] = [
    ("payment", "결제", "blue"),
    ("server", "Server", "teal"),
    ("ios", "iOS", "violet"),
    ("ux", "UX", "pink"),
    ("settlement", "정산", "amber"),
    ("receipt", "영수증", "amber"),
    ("alert", "알림", "orange"),
    ("qa", "QA", "green"),
    ("accessibility", "접근성", "green"),
    ("security", "보안", "red"),
    ("bug", "버그", "red"),
];

const HOUR: i64 = 60;
const DAY: i64 = 24 * HOUR;

pub(super) const COLUMNS: [Column; 5] = [
    Column { id: "backlog", name: "백로그", category: Category::Backlog, wip: None, cards: BACKLOG },
    Column { id: "todo", name: "할 일", category: Category::Todo, wip: None, cards: TODO },
    Column { id: "doing", name: "진행 중", category: Category::Doing, wip: Some(3), cards: DOING },
    Column { id: "review", name: "리뷰", category: Category::Doing, wip: Some(3), cards: REVIEW },
    Column { id: "done", name: "완료", category: Category::Done, wip: None, cards: DONE },
];

const BACKLOG: &[Line] = &[
    Line {
        description: &["고객 센터 문의의 12 %가 부분 취소예요. 지금은 상담원이 직접 처리해요."],
        comments: &[
            (SEOYEON, 2 * DAY, "금액 입력은 남은 금액을 넘지 못하게 해요."),
            (EUNWOO, DAY + 3 * HOUR, "두 번째 부분 취소도 같은 화면에서 되나요?"),
        ],
        ..line(241, 3, "환불 요청 화면에 부분 취소 금액 입력", &["payment"], &[])
    },
    line(239, 2, "Apple Pay 도메인 검증 자동 갱신", &["ios"], &[LEO]),
    Line {
        comments: &[(MINHO, 5 * HOUR, "세무팀이 양식을 확인했어요.")],
        ..line(236, 2, "영수증 PDF에 사업자 번호 표시", &["receipt"], &[])
    },
    Line {
        description: &[
            "Retries run inside the web process today and are lost on a deploy.",
            "Move them to the job queue, keep the schedule (1, 5, 30 min).",
        ],
        checklist: &[
            ("Queue with a visible backlog", false),
            ("Move the schedule", false),
            ("Delete the old worker", false),
        ],
        ..line(233, 5, "Migrate webhook retries to the job queue", &["server"], &[])
    },
    line(230, 3, "카드 등록 실패 사유를 사람이 읽을 수 있는 말로 바꾸기", &["ux"], &[SEOYEON]),
    line(228, 2, "간편결제 수단 순서 바꾸기", &["ux", "payment"], &[]),
    Line {
        comments: &[(DOYUN, 3 * DAY, "Finance asks for ISO codes, not symbols.")],
        ..line(226, 1, "Settlement report: add a currency column", &["settlement"], &[])
    },
    line(222, 1, "해외 카드 수수료 안내 문구 검토", &["payment"], &[]),
    Line { due_in_days: Some(10), ..line(218, 2, "정기 결제 하루 전 알림", &["alert"], &[]) },
    line(215, 2, "Saved cards: show the expiry month", &["ux"], &[SEOYEON]),
    line(212, 1, "영수증 메일 깨짐 확인", &["qa"], &[]),
    line(210, 3, "Refunds: one timeline for customer and support", &["ux"], &[]),
    line(208, 5, "가맹점 정산 주기를 주 단위로 바꿀 수 있게", &["settlement"], &[]),
    line(207, 2, "결제 수단 삭제 전에 정기 결제 확인", &["payment"], &[]),
    line(206, 3, "Rotate the acquirer certificates without a restart", &["server", "security"], &[]),
    line(203, 3, "결제 시트를 가로 화면에서도 쓰기", &["ios", "ux"], &[]),
    line(201, 2, "Archive charges older than five years", &["server"], &[]),
];

const TODO: &[Line] = &[
    Line {
        priority: Some("high"),
        due_in_days: Some(2),
        description: &["인증 창을 닫으면 주문이 새로 만들어져요. 같은 주문에서 다시 시도해야 해요."],
        comments: &[
            (HARIN, DAY + 2 * HOUR, "PAY-214가 먼저 들어가야 해요."),
            (JIEUN, DAY + HOUR, "내일 오전이면 돼요."),
            (HARIN, 3 * HOUR, "그럼 오후에 시작할게요."),
        ],
        ..line(217, 5, "3DS 인증 창이 닫히면 같은 주문으로 다시 시도하게", &["payment"], &[HARIN])
    },
    Line {
        checklist: &[
            ("Count retries per merchant", false),
            ("Refuse past the budget", false),
            ("Alert at 80 %", false),
            ("Dashboard", false),
        ],
        ..line(224, 3, "Retry budget per merchant, with an alert at 80 %", &["server"], &[ADA])
    },
    Line {
        due_in_days: Some(3), ..line(219, 2, "결제 실패 알림을 묶어서 한 번만 보내기", &["alert"], &[SEOYEON])
    },
    line(225, 1, "환율 캐시 만료를 10분으로 줄이기", &["server"], &[DOYUN]),
    Line {
        checklist: &[
            ("Galaxy A14", true),
            ("Galaxy J6", false),
            ("Redmi 9A", false),
            ("Moto E13", false),
            ("느린 망 (3G)", false),
            ("저장 공간 부족", false),
            ("큰 글꼴", false),
            ("절전 모드", false),
        ],
        ..line(229, 2, "저사양 안드로이드 기기에서 결제 흐름 확인", &["qa"], &[LEO])
    },
];

const DOING: &[Line] = &[
    Line {
        priority: Some("urgent"),
        due_in_days: Some(2),
        description: &[
            "인증 창이 닫히면 앱은 같은 주문으로 다시 시도한다. 이때 앞선 승인이 늦게 도착하면 두 번 승인될 수 있으니, 주문마다 attempt_key를 하나만 쓴다.",
            "Retries go through one queue per order. The second attempt waits for the first to settle, or to time out after 30 s.",
        ],
        checklist: &[
            ("주문별 재시도 큐 만들기", true),
            ("attempt_key 중복 거절", true),
            ("늦은 승인 자동 취소", true),
            ("승인과 취소가 겹칠 때의 순서 시험", false),
            ("Alert when a retry waits longer than 30 s", false),
        ],
        comments: &[
            (DOYUN, DAY, "카드사 두 곳은 승인이 최대 20초 늦게 와요."),
            (EUNWOO, 17 * HOUR, "이번 스프린트 목표라서 맨 위로 올렸어요."),
            (ADA, 90, "Timeout is 30 s on the acquirer side. Can we keep the first key alive until then?"),
            (JIEUN, 71, "네, 큐에서 기다리는 동안 유지돼요. 시험에도 넣을게요."),
        ],
        blocks: Some("pay-217"),
        ..line(214, 3, "3DS 재시도 큐: 같은 주문이 두 번 승인되지 않게 막기", &["payment", "server"], &[JIEUN])
    },
    Line {
        checklist: &[
            ("Key on POST /charges", true),
            ("Same answer for the same key", true),
            ("Expire keys after 24 h", false),
        ],
        ..line(216, 2, "Idempotency key on every charge request", &["server"], &[ADA])
    },
    Line {
        due_in_days: Some(0),
        checklist: &[
            ("읽는 순서", true),
            ("버튼 이름", true),
            ("선택 상태 알림", true),
            ("닫을 때 초점 되돌리기", true),
            ("TalkBack 두 손가락 쓸기", false),
            ("큰 글꼴에서 잘리지 않기", false),
        ],
        ..line(
            220,
            3,
            "결제 수단 선택 시트를 VoiceOver와 TalkBack으로 끝까지 쓰기",
            &["ios", "accessibility"],
            &[HARIN, LEO],
        )
    },
];

const REVIEW: &[Line] = &[
    Line {
        due_in_days: Some(-1), ..line(211, 1, "승인 취소 API 제한 시간 8초 → 3초", &["server"], &[DOYUN])
    },
    Line {
        priority: Some("high"),
        checklist: &[
            ("Raw body before JSON", true),
            ("Constant-time comparison", true),
            ("Reject after 5 min", true),
            ("Rotate the secret", true),
            ("Test with a forged body", true),
        ],
        comments: &[
            (NOOR, 3 * DAY, "The parser ran before the check; a bad body could crash it."),
            (ADA, 2 * DAY, "Moved. The raw bytes are kept until the signature is verified."),
            (NOOR, 2 * DAY - 40, "Compare in constant time, please."),
            (ADA, DAY + 6 * HOUR, "Done, with a test."),
            (SEOYEON, 5 * HOUR, "오늘 안에 볼게요."),
            (ADA, 4 * HOUR, "고마워요!"),
        ],
        ..line(205, 3, "Refund webhook: verify the signature before parsing", &["security"], &[ADA])
    },
    Line {
        comments: &[(SEOYEON, DAY, "전각 숫자도 붙여 넣더라고요."), (MINHO, 20 * HOUR, "그것도 바꿔 넣었어요.")],
        ..line(209, 2, "카드 번호를 붙여 넣을 때 공백과 하이픈 지우기", &["ux"], &[MINHO])
    },
    Line { due_in_days: Some(0), ..line(213, 1, "결제 완료 화면이 한 번 깜빡임", &["bug"], &[SEOYEON]) },
];

const DONE: &[Line] = &[
    line(204, 5, "결제 실패 원인별 대시보드", &["payment"], &[JIEUN]),
    line(202, 3, "Charge API: return decline codes", &["server"], &[ADA]),
    line(200, 5, "3DS 2.2 인증 SDK 올리기", &["payment"], &[HARIN]),
    line(199, 2, "카드사 점검 시간 안내 배너", &["ux"], &[SEOYEON]),
    line(197, 3, "정산 합계가 1원 어긋나던 문제", &["settlement", "bug"], &[DOYUN]),
    line(196, 3, "Load test: 500 charges per second", &["server"], &[NOOR]),
    line(195, 2, "결제 버튼 두 번 눌림 막기", &["bug"], &[MINHO]),
    line(194, 3, "가맹점별 재시도 정책 정하기", &["payment"], &[JIEUN]),
    line(193, 3, "승인 로그에서 카드 번호 가리기", &["security"], &[NOOR]),
    line(192, 2, "Sandbox merchants for QA", &["qa"], &[LEO]),
    line(191, 2, "결제 수단 아이콘 새로 그리기", &["ux"], &[SEOYEON]),
    line(190, 2, "알림 설정에 결제 항목 추가", &["alert"], &[EUNWOO]),
    line(189, 1, "실패 사유 문구 1차 번역", &["ux"], &[SEOYEON]),
    line(188, 2, "On-call runbook for declines", &["server"], &[ADA]),
    line(187, 5, "승인 요청을 두 전산 센터로 나누기", &["server"], &[DOYUN]),
    line(186, 3, "Webhook events: one schema, versioned", &["server"], &[NOOR]),
];
