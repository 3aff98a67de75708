// Korean: the archive and the trash.

import { withJosa } from '../josa.ts'

export const archive = {
  'archive.title': '보관함과 휴지통',
  'archive.archived': '보관함',
  'archive.trash': '휴지통',
  'archive.none': '보관한 카드가 없어요',
  'archive.noneTrash': '휴지통이 비어 있어요',
  'archive.keeps': '삭제한 것은 30일 동안 되돌릴 수 있어요.',
  'archive.restore': '되돌리기',
  'archive.restoreNamed': ({ name }: { name: string }) => `‘${name}’ 되돌리기`,
  'archive.restored': ({ name }: { name: string }) => `‘${name}’ 되돌렸어요`,
  'archive.daysLeft': ({ days }: { days: number }) => (days > 0 ? `${days}일 남음` : '오늘까지'),
  'archive.deletedBy': ({ name }: { name: string }) => `${withJosa(name, '이/가')} 삭제`,
  'archive.column': '칼럼',
  'archive.label': '라벨',
  'archive.sprint': '스프린트',
  'archive.item': ({ title }: { title: string }) => `‘${title}’의 할 일`,
  'archive.comment': ({ title }: { title: string }) => `‘${title}’의 댓글`,
} as const
