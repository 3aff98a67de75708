// A board as big as boards get, as a Trello export.

export const CARDS = 5_000

export function bigBoard() {
  const lists = Array.from({ length: 5 }, (_, at) => ({
    id: `list${at}`,
    name: `열 ${at + 1}`,
    pos: at + 1,
    closed: false,
  }))
  const cards = Array.from({ length: CARDS }, (_, at) => ({
    id: `card${at}`,
    idShort: at + 1,
    idList: `list${at % lists.length}`,
    name: `카드 ${at + 1}: 같은 주문이 두 번 승인되지 않게 막기`,
    desc: '',
    pos: at + 1,
    closed: false,
    labels: [],
    idLabels: [],
    idMembers: [],
    idChecklists: [],
  }))
  return { id: 'big', name: '큰 보드', lists, cards, labels: [], members: [], checklists: [], actions: [] }
}
