import { expect, test } from 'vitest'
import { fromDraft, mentionQuery, parseBody, toDraft } from './mentions.ts'

const 지은 = { id: 'usr_1', name: '지은' }
const 지은수 = { id: 'usr_2', name: '지은 수' }

test('a comment is read as text, mentions and web addresses', () => {
  expect(parseBody('안녕 @[지은](usr_1), https://a.example/b?c=1. 끝')).toEqual([
    { kind: 'text', text: '안녕 ' },
    { kind: 'mention', name: '지은', id: 'usr_1' },
    { kind: 'text', text: ', ' },
    { kind: 'url', url: 'https://a.example/b?c=1' },
    { kind: 'text', text: '. 끝' },
  ])
})

test('nothing but a web address becomes one, and markup stays text', () => {
  for (const text of ['javascript:alert(1)', '<script>1</script>', '@[](x)', '@[a](not an id)', 'data:text/html,1'])
    expect(parseBody(text)).toEqual([{ kind: 'text', text }])
})

test('a comment survives being opened for editing and saved', () => {
  const body = '@[지은](usr_1) 그리고 @[지은 수](usr_2)도'
  const { text, mentions } = toDraft(body)

  expect(text).toBe('@지은 그리고 @지은 수도')
  expect(fromDraft(text, mentions)).toBe(body)
})

test('a longer name wins over its start, and a name that was taken out is no mention', () => {
  expect(fromDraft('@지은 수, @지은', [지은, 지은수])).toBe('@[지은 수](usr_2), @[지은](usr_1)')
  expect(fromDraft('지은에게', [지은])).toBe('지은에게')
  expect(fromDraft('@a.b*c', [{ id: 'u', name: 'a.b*c' }])).toBe('@[a.b*c](u)')
})

test('a name with brackets cannot break out of its mark', () => {
  expect(fromDraft('@xy', [{ id: 'u', name: 'x](z)[y'.replace(/[\][]/g, '') }])).toBe('@xy')
  expect(parseBody(fromDraft('@x(z)y', [{ id: 'u', name: 'x](z)[y' }]))[0]).toEqual({
    kind: 'mention',
    name: 'x(z)y',
    id: 'u',
  })
})

test('the query is what stands after an @ right before the caret', () => {
  expect(mentionQuery('안녕 @지', 5)).toEqual({ query: '지', start: 3 })
  expect(mentionQuery('@', 1)).toEqual({ query: '', start: 0 })
  expect(mentionQuery('mail@host', 9)).toBeNull()
  expect(mentionQuery('@지은 님', 5)).toBeNull()
})
