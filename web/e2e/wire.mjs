// A teammate without a screen: a Yjs document on the wire. For seeding and for crowds.

import * as decoding from 'lib0/decoding'
import * as encoding from 'lib0/encoding'
import { Awareness, encodeAwarenessUpdate } from 'y-protocols/awareness'
import { readSyncMessage, writeSyncStep1, writeUpdate } from 'y-protocols/sync'
import * as Y from 'yjs'

const SYNC = 0
const AWARENESS = 1
const COMMAND = 106
const OUTCOME = 107

/** Joins a document; resolves once it has been merged with the server's. */
export async function join(url, board) {
  if (!globalThis.WebSocket) throw new Error('run node with --experimental-websocket, or Node 22')
  const document = new Y.Doc()
  const awareness = new Awareness(document)
  const guest = Array.from({ length: 32 }, () => Math.floor(Math.random() * 16).toString(16)).join('')
  const socket = new WebSocket(`${url.replace('http', 'ws')}/sync/${board}?guest=${guest}`, 'calit.v1')
  socket.binaryType = 'arraybuffer'
  const send = (type, write) => {
    const encoder = encoding.createEncoder()
    encoding.writeVarUint(encoder, type)
    write(encoder)
    if (socket.readyState === WebSocket.OPEN) socket.send(encoding.toUint8Array(encoder))
  }
  const outcomes = new Map()
  let merged = () => {}
  const whenMerged = new Promise((resolve, reject) => {
    merged = resolve
    socket.addEventListener('error', () => reject(new Error('the socket failed')))
    socket.addEventListener('close', ({ code, reason }) => reject(new Error(`closed with ${code} ${reason}`)))
  })
  socket.addEventListener('open', () => send(SYNC, (encoder) => writeSyncStep1(encoder, document)))
  socket.addEventListener('message', ({ data }) => {
    const decoder = decoding.createDecoder(new Uint8Array(data))
    while (decoding.hasContent(decoder)) {
      const type = decoding.readVarUint(decoder)
      if (type === OUTCOME) {
        const [key, isDone, json] = [
          decoding.readVarString(decoder),
          decoding.readVarUint(decoder),
          decoding.readVarString(decoder),
        ]
        outcomes.get(key)?.({ ok: isDone === 1, ...JSON.parse(json) })
        continue
      }
      if (type !== SYNC) {
        if (!skip(decoder, type)) return
        continue
      }
      const reply = encoding.createEncoder()
      encoding.writeVarUint(reply, SYNC)
      const kind = readSyncMessage(decoder, reply, document, socket)
      if (encoding.length(reply) > 1) socket.send(encoding.toUint8Array(reply))
      if (kind === 1) merged()
    }
  })
  document.on('update', (update, origin) => {
    if (origin !== socket) send(SYNC, (encoder) => writeUpdate(encoder, update))
  })
  await whenMerged
  return {
    document,
    command(command) {
      const key = `seed-${outcomes.size}-${document.clientID}`
      send(COMMAND, (encoder) => {
        encoding.writeVarString(encoder, key)
        encoding.writeVarString(encoder, JSON.stringify(command))
      })
      return new Promise((resolve) => outcomes.set(key, resolve))
    },
    /** Shows a person at the others' screens. */
    show(state) {
      awareness.setLocalState(state)
      const update = encodeAwarenessUpdate(awareness, [document.clientID])
      send(AWARENESS, (encoder) => encoding.writeVarUint8Array(encoder, update))
    },
    leave() {
      awareness.destroy()
      socket.close()
      document.destroy()
    },
  }
}

/** Passes over what a crowd does not need; false for what it does not know. */
function skip(decoder, type) {
  const [number, words] = [() => decoding.readVarUint(decoder), () => decoding.readVarUint8Array(decoder)]
  const parts = {
    [AWARENESS]: [words],
    3: [],
    100: [number, number],
    101: [number, words],
    103: [number],
    104: [number, words],
    105: [number, words],
  }[type]
  for (const part of parts ?? []) part()
  return parts !== undefined
}

/** A field as the app writes it: `name@writer`. */
export function setField(part, name, value, by = 'usr_seed', at = Date.now()) {
  part.set(`${name}@${part.doc.clientID}`, { value, at, by })
}

/** Puts a card somewhere as the app does. */
export function moveCard(document, id, column, rank, by = 'usr_seed') {
  const position = document.getMap('cards').get(id).get('position')
  const newest = Math.max(0, ...[...position.values()].map((entry) => Number(entry.at)))
  document.transact(() => {
    for (const writer of [...position.keys()]) if (writer !== String(document.clientID)) position.delete(writer)
    position.set(String(document.clientID), { column, lane: null, rank, at: Math.max(Date.now(), newest + 1), by })
  })
}
