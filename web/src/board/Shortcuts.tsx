// The list of keys, and the switch that turns single letters off.

import { X } from 'lucide-react'
import { Dialog } from 'radix-ui'
import { setSingleKeys, singleKeys } from '../app/settings.ts'
import { useT } from '../i18n/index.ts'
import { useSignal } from './signal.ts'

const isMac = /Mac|iPhone|iPad/.test(navigator.userAgent)
const CTRL = isMac ? '⌘' : 'Ctrl'
const ALT = isMac ? '⌥' : 'Alt'

const KEYS = [
  ['keys.new', ['C']],
  ['keys.arrows', ['↑', '↓', '←', '→']],
  ['keys.open', ['Enter']],
  ['keys.rename', ['E']],
  ['keys.move', ['M']],
  ['keys.moveBy', [ALT, '↑', '↓', '←', '→']],
  ['keys.delete', ['Delete']],
  ['keys.undo', [CTRL, 'Z']],
  ['keys.redo', [CTRL, '⇧', 'Z']],
  ['keys.close', ['Esc']],
  ['keys.help', ['?']],
] as const

export function Shortcuts({ onClose }: { onClose: () => void }) {
  const t = useT()
  const isOn = useSignal(singleKeys, (on) => on)
  return (
    <Dialog.Root open onOpenChange={onClose}>
      <Dialog.Portal>
        <Dialog.Overlay className="veil" />
        <Dialog.Content className="dialog keys" aria-describedby={undefined}>
          <div className="dialog-head">
            <Dialog.Title>{t('keys.title')}</Dialog.Title>
            <Dialog.Close className="button button-icon" aria-label={t('app.close')}>
              <X className="icon" aria-hidden="true" />
            </Dialog.Close>
          </div>
          <dl>
            {KEYS.map(([words, keys]) => (
              <div key={words}>
                <dt>{t(words)}</dt>
                <dd>
                  {keys.map((key) => (
                    <kbd key={key}>{key}</kbd>
                  ))}
                </dd>
              </div>
            ))}
          </dl>
          <label className="keys-switch">
            <input type="checkbox" checked={isOn} onChange={(event) => setSingleKeys(event.target.checked)} />
            {t('keys.single')}
          </label>
        </Dialog.Content>
      </Dialog.Portal>
    </Dialog.Root>
  )
}
