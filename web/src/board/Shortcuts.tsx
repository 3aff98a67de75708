// The list of keys, and the switch that turns single keys off.

import { Dialog } from 'radix-ui'
import { useT } from '../i18n/index.ts'
import { singleKeysAreOn, switchSingleKeys } from './single-keys.ts'


const KEYS = [
  ['keys.new', ['C']],
  ['keys.arrows', ['↑', '↓', '←', '→']],
  ['keys.open', ['Enter']],
  ['keys.rename', ['E']],
  ['keys.move', ['M']],
  ['keys.moveBy', ['Alt', '↑ ↓ ← →']],
  ['keys.delete', ['Del']],
  ['keys.undo', ['Ctrl', 'Z']],
  ['keys.redo', ['Ctrl', 'Shift', 'Z']],
  ['keys.close', ['Esc']],
  ['keys.help', ['?']],
] as const

export default function Shortcuts({ onClose }: { onClose: () => void }) {
  const t = useT()
  return (
    <Dialog.Root open onOpenChange={(isOpen) => !isOpen && onClose()}>
      <Dialog.Portal>
        <Dialog.Overlay className="veil" />
        <Dialog.Content className="dialog" aria-describedby={undefined}>
          <Dialog.Title asChild>
            <h2>{t('keys.title')}</h2>
          </Dialog.Title>
          <dl className="keys">
            {KEYS.map(([name, keys]) => (
              <div key={name}>
                <dt>{t(name)}</dt>
                <dd>
                  {keys.map((key) => (
                    <kbd key={key}>{key}</kbd>
                  ))}
                </dd>
              </div>
            ))}
          </dl>
          <label className="keys-switch">
            <input
              type="checkbox"
              defaultChecked={singleKeysAreOn()}
              onChange={(event) => switchSingleKeys(event.target.checked)}
            />
            {t('keys.single')}
          </label>
          <Dialog.Close className="button button-edge dialog-close">{t('app.close')}</Dialog.Close>
        </Dialog.Content>
      </Dialog.Portal>
    </Dialog.Root>
  )
}
