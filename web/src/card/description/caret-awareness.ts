// The awareness as the caret plugin sees it: carets of others that can be drawn, in colours that it accepts.
// The plugin trusts what it reads: a caret that points nowhere would throw inside its view and end the editor of
// everybody on the card. It also wants to write the user's state, which is written elsewhere.

import type { Awareness } from 'y-protocols/awareness'
import * as Y from 'yjs'
import { isRecord } from '../../board/register.ts'
import { COLORS } from '../../presence/colors.ts'

const NAME_MAX = 40

export function caretAwareness(awareness: Awareness, document: Y.Doc): Awareness {
  return new Proxy(awareness, {
    get(target, property) {
      if (property === 'setLocalStateField') {
        return (field: string, value: unknown): void => {
          if (field !== 'user') target.setLocalStateField(field, value)
        }
      }
      if (property === 'getStates') return () => caretStates(target, document)
      const value: unknown = Reflect.get(target, property)
      return typeof value === 'function' ? value.bind(target) : value
    },
  })
}

/** The index of a person colour, as the plugin hands it back. */
export function personColor(code: unknown): number {
  const color = typeof code === 'string' ? Number.parseInt(code.slice(1), 16) : 1
  return color >= 1 && color <= COLORS ? color : 1
}

function caretStates(awareness: Awareness, document: Y.Doc): Map<number, Record<string, unknown>> {
  const states = new Map<number, Record<string, unknown>>()
  for (const [clientId, state] of awareness.getStates()) {
    const cursor: unknown = state['cursor']
    if (!isRecord(cursor)) continue
    const isDrawable = pointsSomewhere(cursor['anchor'], document) && pointsSomewhere(cursor['head'], document)
    if (isDrawable) states.set(clientId, { user: userOf(state['user']), cursor })
  }
  return states
}

/** The plugin knows colours as six hex digits only; ours are numbers, so they travel inside of such a code. */
function userOf(user: unknown): { name: string; color: string } {
  const { name, color } = isRecord(user) ? user : {}
  const known = typeof color === 'number' && color >= 1 && color <= COLORS ? Math.floor(color) : 1
  const shown = typeof name === 'string' ? name.slice(0, NAME_MAX) : '?'
  return { name: shown, color: `#${known.toString(16).padStart(6, '0')}` }
}

function pointsSomewhere(position: unknown, document: Y.Doc): boolean {
  // A name would make a root type of any name in the document; a description is never one.
  if (!isRecord(position) || (position['tname'] ?? null) !== null) return false
  try {
    Y.createAbsolutePositionFromRelativePosition(Y.createRelativePositionFromJSON(position), document)
    return true
  } catch {
    return false
  }
}
