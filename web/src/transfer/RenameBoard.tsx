// Another name for a board.

import { type FormEvent, useState } from 'react'
import { closeDialog } from '../app/dialogs.ts'
import { Window } from '../app/Window.tsx'
import { type BoardLink, renameBoard } from '../app/workspace.ts'
import { useT } from '../i18n/index.ts'
import { BoardNameField, TroubleLine } from './BoardNameField.tsx'
import { troubleOf } from './board-actions.ts'
import './transfer.css'

export function RenameBoard({ board }: { board: Pick<BoardLink, 'id' | 'name'> }) {
  const t = useT()
  const [name, setName] = useState(board.name)
  const [trouble, setTrouble] = useState('')
  const [isBusy, setBusy] = useState(false)
  const submit = async (event: FormEvent): Promise<void> => {
    event.preventDefault()
    if (name.trim() === '' || isBusy) return
    setBusy(true)
    try {
      if (name.trim() !== board.name) await renameBoard(board.id, name.trim())
      closeDialog()
    } catch (error) {
      setTrouble(troubleOf(error))
      setBusy(false)
    }
  }
  return (
    <Window title={t('transfer.rename')} onClose={closeDialog}>
      <form className="transfer-form" onSubmit={(event) => void submit(event)}>
        <BoardNameField name={name} onName={setName} selectsAll />
        <TroubleLine trouble={trouble} />
        <div className="window-foot">
          <button type="button" className="button push" onClick={closeDialog}>
            {t('app.cancel')}
          </button>
          <button type="submit" className="button button-primary" disabled={name.trim() === '' || isBusy}>
            {t('transfer.save')}
          </button>
        </div>
      </form>
    </Window>
  )
}
