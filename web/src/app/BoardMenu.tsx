// What can be done with a board as a whole. On a phone it also leads to the other views.

import { Archive, ArchiveRestore, Braces, FileUp, Link2, Pencil, Sheet, Star } from 'lucide-react'
import { useLocation } from 'wouter'
import { useBoard, useSnapshot } from '../board/board-context.tsx'
import { useSignal } from '../board/signal.ts'
import { useT } from '../i18n/index.ts'
import { exportBoard, setArchived } from '../transfer/board-actions.ts'
import { announce, toast } from './announce.tsx'
import { openDialog } from './dialogs.ts'
import { Item, Menu, MenuLine } from './Menu.tsx'
import type { Place } from './PopupButton.tsx'
import { boardPath, VIEWS, type View } from './routes.ts'
import { favourites, setFavourite } from './workspace.ts'

export function BoardMenu({ place, id, view }: { place: Place; id: string; view: View }) {
  const t = useT()
  const model = useBoard()
  const { name, isArchived } = useSnapshot()
  const canEdit = useSignal(model.canEdit, (can) => can)
  const isMarked = useSignal(favourites, (ids) => ids.has(id))
  const [, navigate] = useLocation()
  const board = { id, name }
  return (
    <Menu place={place} align="start">
      <div className="menu-phone">
        {VIEWS.filter((each) => each !== view).map((each) => (
          <Item key={each} words={t(`app.view.${each}`)} onSelect={() => navigate(boardPath(id, { view: each }))} />
        ))}
        <MenuLine />
      </div>
      {canEdit && (
        <Item
          icon={<Pencil />}
          words={t('transfer.rename')}
          onSelect={() => openDialog({ kind: 'rename-board', board })}
        />
      )}
      <Item
        icon={<Star />}
        words={t(isMarked ? 'transfer.unmark' : 'transfer.mark')}
        onSelect={() => setFavourite(id, !isMarked)}
      />
      <Item
        icon={<Link2 />}
        words={t('transfer.copyLink')}
        onSelect={() => void copyLink(id, t('transfer.linkCopied'))}
      />
      <MenuLine />
      {canEdit && (
        <Item
          icon={<FileUp />}
          words={t('transfer.importInto')}
          onSelect={() => openDialog({ kind: 'import', board })}
        />
      )}
      <Item icon={<Sheet />} words={t('transfer.exportCsv')} onSelect={() => void exportBoard(board, 'csv')} />
      <Item icon={<Braces />} words={t('transfer.exportJson')} onSelect={() => void exportBoard(board, 'json')} />
      {canEdit && (
        <>
          <MenuLine />
          <Item
            icon={isArchived ? <ArchiveRestore /> : <Archive />}
            words={t(isArchived ? 'transfer.restore' : 'transfer.archive')}
            onSelect={() => void setArchived(board, !isArchived)}
          />
        </>
      )}
    </Menu>
  )
}

async function copyLink(id: string, done: string): Promise<void> {
  const url = `${location.origin}${boardPath(id)}`
  try {
    await navigator.clipboard.writeText(url)
    announce(done)
    toast(done)
  } catch {
    // A browser that gives no clipboard still shows the address to copy.
    toast(url)
  }
}
