// Korean: what happened to a card. Every sentence begins with who did it.

import { bold } from '../bold.ts'
import { josaOf } from '../josa.ts'

interface Change {
  readonly from: string
  readonly to: string
}

interface FieldChange extends Change {
  readonly field: string
}

export const activity = {
  'activity.title': '댓글과 활동',
  'activity.folded': ({ count }: { count: number }) => `활동 ${count}건 접음`,
  'activity.fold': '활동 접기',
  'activity.offline': '오프라인이라 활동을 가져올 수 없어요.',
  'activity.failed': '활동을 가져오지 못했어요.',
  'activity.more': '이전 활동 더 보기',
  'activity.server': 'CalIT',
  'activity.justNow': '방금',
  'activity.yesterday': ({ time }: { time: string }) => `어제 ${time}`,
  'activity.by': ({ name, what }: { name: string; what: string }) => `${name} 님이 ${what}`,

  'did.created': '카드를 만듦',
  'did.moved': ({ from, to }: Change) => `${bold(from)}에서 ${bold(to)}${josaOf(to, '으로/로')} 옮김`,
  'did.renamed': ({ to }: Change) => `제목을 ${bold(to)}${josaOf(to, '으로/로')} 바꿈`,
  'did.described': '설명을 고침',
  'did.set': ({ field, to }: FieldChange) =>
    `${field}${josaOf(field, '을/를')} ${bold(to)}${josaOf(to, '으로/로')} 정함`,
  'did.changed': ({ field, from, to }: FieldChange) =>
    `${field}${josaOf(field, '을/를')} ${bold(from)}에서 ${bold(to)}${josaOf(to, '으로/로')} 바꿈`,
  'did.cleared': ({ field, from }: FieldChange) => `${field} ${bold(from)}${josaOf(from, '을/를')} 비움`,
  'did.archived': '카드를 보관함',
  'did.unarchived': '카드를 보관함에서 꺼냄',
  'did.deleted': '카드를 삭제함',
  'did.restored': '카드를 되살림',
  'did.planned': ({ to }: Change) => `${bold(to)}에 넣음`,
  'did.unplanned': ({ from }: Change) => `${bold(from)}에서 빼서 백로그에 둠`,
  'did.took': '스스로 맡음',
  'did.assigned': ({ names }: { names: string }) => `${bold(names)}${josaOf(names, '을/를')} 담당으로 정함`,
  'did.unassigned': ({ names }: { names: string }) => `${bold(names)}${josaOf(names, '을/를')} 담당에서 뺌`,
  'did.left': '담당에서 빠짐',
  'did.labelled': ({ names }: { names: string }) => `라벨 ${bold(names)}${josaOf(names, '을/를')} 붙임`,
  'did.unlabelled': ({ names }: { names: string }) => `라벨 ${bold(names)}${josaOf(names, '을/를')} 뗌`,
  'did.itemAdded': ({ text }: { text: string }) => `체크리스트에 ${bold(text)}${josaOf(text, '을/를')} 더함`,
  'did.itemsAdded': ({ count }: { count: number }) => `체크리스트 항목 ${count}개를 더함`,
  'did.itemChecked': ({ text }: { text: string }) => `${bold(text)}${josaOf(text, '을/를')} 마침`,
  'did.itemsChecked': ({ count }: { count: number }) => `체크리스트 항목 ${count}개를 마침`,
  'did.itemUnchecked': ({ text }: { text: string }) => `${bold(text)}${josaOf(text, '을/를')} 다시 엶`,
  'did.itemsUnchecked': ({ count }: { count: number }) => `체크리스트 항목 ${count}개를 다시 엶`,
  'did.itemRemoved': ({ text }: { text: string }) => `체크리스트에서 ${bold(text)}${josaOf(text, '을/를')} 뺌`,
  'did.itemsRemoved': ({ count }: { count: number }) => `체크리스트 항목 ${count}개를 뺌`,
  'did.linked.blocks': ({ to }: { to: string }) => `${bold(to)}${josaOf(to, '을/를')} 막는 카드로 이음`,
  'did.linked.relates': ({ to }: { to: string }) => `${bold(to)}${josaOf(to, '과/와')} 이음`,
  'did.linked.duplicates': ({ to }: { to: string }) => `${bold(to)}${josaOf(to, '과/와')} 같은 카드라고 이음`,
  'did.unlinked': ({ to }: { to: string }) => `${bold(to)}${josaOf(to, '과/와')} 이은 것을 풂`,

  'lost.value': ({ name, field, to, whose, from }: FieldChange & { name: string; whose: string }) =>
    `${name} 님의 ${field} ${bold(to)}${josaOf(to, '이/가')} ${whose} 값 ${bold(from)}${josaOf(from, '을/를')} 덮어씀`,
  'lost.mine': '내',
  'lost.whose': ({ name }: { name: string }) => `${name} 님의`,
  'lost.restore': ({ value }: { value: string }) => `${value}${josaOf(value, '으로/로')} 복원`,
  'lost.restored': ({ field, value }: { field: string; value: string }) =>
    `${field}${josaOf(field, '을/를')} ${value}${josaOf(value, '으로/로')} 복원했어요`,
  'lost.wip': ({ whose, to }: { whose: string; to: string }) =>
    `${bold(to)} 칼럼이 가득 차서 ${whose} 이동을 되돌렸어요`,
  'lost.closed': ({ whose, to }: { whose: string; to: string }) =>
    `${bold(to)} 스프린트가 이미 끝나서 ${whose} 계획을 옮겼어요`,
} as const
