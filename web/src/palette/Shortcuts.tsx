// The list of keys, and the switch that turns single letters off.

import { closeDialog } from '../app/dialogs.ts'
import { setSingleKeys, singleKeys } from '../app/settings.ts'
import { Window } from '../app/Window.tsx'
import { useSignal } from '../board/signal.ts'
import { useT } from '../i18n/index.ts'
import './palette.css'

const isMac = /Mac|iPhone|iPad/.test(navigator.userAgent)
const CTRL = isMac ? '⌘' : 'Ctrl'
const ALT = isMac ? '⌥' : 'Alt'

const GROUPS = [
  {
    title: 'keys.cards',
    keys: [
      ['keys.new', ['C']],
      ['keys.open', ['↵']],
      ['keys.peek', ['Space']],
      ['keys.rename', ['E']],
      ['keys.assign', ['A']],
      ['keys.label', ['L']],
      ['keys.points', ['P']],
      ['keys.due', ['D']],
      ['keys.copy', [CTRL, 'D']],
      ['keys.archive', ['⇧', 'A']],
      ['keys.delete', ['⌫']],
    ],
  },
  {
    title: 'keys.moving',
    keys: [
      ['keys.move', ['M']],
      ['keys.moveAcross', [ALT, '←', '→']],
      ['keys.moveAlong', [ALT, '↑', '↓']],
      ['keys.select', ['X']],
      ['keys.selectMore', ['⇧', '↑', '↓']],
      ['keys.selectColumn', [CTRL, 'A']],
      ['keys.undo', [CTRL, 'Z']],
      ['keys.redo', [CTRL, '⇧', 'Z']],
    ],
  },
  {
    title: 'keys.going',
    keys: [
      ['keys.palette', [CTRL, 'K']],
      ['keys.find', ['/']],
      ['keys.filter', ['F']],
      ['keys.arrows', ['↑', '↓', '←', '→']],
      ['keys.home', ['G', 'H']],
      ['keys.board', ['G', 'B']],
      ['keys.list', ['G', 'L']],
      ['keys.backlog', ['G', 'P']],
      ['keys.sprints', ['G', 'S']],
      ['keys.close', ['Esc']],
      ['keys.help', ['?']],
    ],
  },
] as const

export function Shortcuts() {
  const t = useT()
  const isOn = useSignal(singleKeys, (on) => on)
  return (
    <Window title={t('keys.title')} className="keys" onClose={closeDialog}>
      <label className="keys-switch">
        <input type="checkbox" checked={isOn} onChange={(event) => setSingleKeys(event.target.checked)} />
        {t('keys.single')}
        <span className="quiet">{t('keys.composing')}</span>
      </label>
      <div className="keys-groups">
        {GROUPS.map(({ title, keys }) => (
          <section key={title} aria-label={t(title)}>
            <h3>{t(title)}</h3>
            <dl>
              {keys.map(([words, combination]) => (
                <div key={words}>
                  <dt>{t(words)}</dt>
                  <dd>
                    {combination.map((key) => (
                      <kbd key={key}>{key}</kbd>
                    ))}
                  </dd>
                </div>
              ))}
            </dl>
          </section>
        ))}
      </div>
    </Window>
  )
}
