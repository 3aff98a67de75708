// The picture of what is in the hand: the card itself, a little tilted, under the pointer where it was taken; of several
// cards a stack with their count.

import { setCustomNativeDragPreview } from '@atlaskit/pragmatic-drag-and-drop/element/set-custom-native-drag-preview'

type SetImage = Parameters<typeof setCustomNativeDragPreview>[0]['nativeSetDragImage']

/** Room for the tilt and the shadow. */
const ROOM_PX = 16

export function showLifted(
  card: HTMLElement,
  count: number,
  nativeSetDragImage: SetImage,
  pointer: { readonly clientX: number; readonly clientY: number },
): void {
  const box = card.getBoundingClientRect()
  setCustomNativeDragPreview({
    nativeSetDragImage,
    getOffset: () => ({ x: pointer.clientX - box.x + ROOM_PX, y: pointer.clientY - box.y + ROOM_PX }),
    render: ({ container }) => {
      const picture = card.cloneNode(true) as HTMLElement
      // Only one element is the card.
      picture.removeAttribute('data-card')
      picture.classList.add('card-lifted')
      picture.style.width = `${box.width}px`
      picture.style.margin = `${ROOM_PX}px`
      showStack(picture, count)
      container.append(picture)
    },
  })
}

/** Makes a picture of one card that of a stack. */
export function showStack(picture: HTMLElement, count: number): void {
  if (count < 2) return
  picture.classList.add('card-stack')
  const badge = document.createElement('b')
  badge.className = 'card-stack-count'
  badge.textContent = String(count)
  picture.append(badge)
}
