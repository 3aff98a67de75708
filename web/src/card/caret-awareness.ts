// The awareness as the caret plugin sees it. The plugin wants to write the user's state and warns about colours that
// are no hex codes; the user is written elsewhere, and colours are numbers of ours.

import type { Awareness } from 'y-protocols/awareness'

export function caretAwareness(awareness: Awareness): Awareness {
  return new Proxy(awareness, {
    get(target, property) {
      if (property === 'setLocalStateField') {
        return (field: string, value: unknown): void => {
          if (field !== 'user') target.setLocalStateField(field, value)
        }
      }
      const value: unknown = Reflect.get(target, property)
      return typeof value === 'function' ? value.bind(target) : value
    },
  })
}
