// Korean: the board, its columns and its keys.

export const board = {
  'board.loading': '보드를 불러오는 중',
  'board.columns': '칼럼',
  'board.empty': 'C를 눌러 첫 카드를 만드세요',
  'board.noColumns': '칼럼이 없어요. 첫 칼럼을 추가하세요.',
  'board.count': ({ count }: { count: number }) => `카드 ${count}장`,
  'board.points': ({ points }: { points: number }) => `${points}점`,
  'board.readOnly': '보기만 할 수 있는 보드예요',
  'board.shortcuts': '단축키',

  'column.add': '칼럼 추가',
  'column.name': '칼럼 이름',
  'column.menu': ({ name }: { name: string }) => `${name} 칼럼 메뉴`,
  'column.rename': '이름 바꾸기',
  'column.left': '왼쪽으로',
  'column.right': '오른쪽으로',
  'column.delete': '칼럼 삭제',
  'column.deleted': ({ name }: { name: string }) => `${name} 칼럼을 삭제했어요. 카드는 같은 종류의 칼럼에 보여요.`,
  'column.moved': ({ name }: { name: string }) => `${name} 칼럼을 옮겼어요`,

  'move.column': '칼럼',
  'move.top': '맨 위로',
  'move.up': '위로',
  'move.down': '아래로',
  'move.bottom': '맨 아래로',
  'move.here': '지금 여기',
} as const
