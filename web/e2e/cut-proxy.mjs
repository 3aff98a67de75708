// A TCP proxy between browser and server that can really cut lines: `context.setOffline` leaves open sockets alone.

import { connect, createServer } from 'node:net'

/** `cut('sync')` takes away the documents' sockets and keeps pages coming; `cut('all')` takes everything. */
export async function startProxy(target) {
  const { hostname, port } = new URL(target)
  const lines = new Set()
  let isCut = (_isSync) => false
  let isHeld = false

  const server = createServer((client) => {
    const line = { client, upstream: null, isSync: false }
    lines.add(line)
    const end = () => {
      lines.delete(line)
      client.destroy()
      line.upstream?.destroy()
    }
    client.on('error', end)
    client.on('close', end)
    client.once('data', (head) => {
      line.isSync = head.toString('latin1', 0, 64).startsWith('GET /sync/')
      if (isCut(line.isSync)) return end()
      line.upstream = connect(Number(port), hostname)
      line.upstream.on('error', end)
      line.upstream.on('close', end)
      line.upstream.write(head)
      client.pipe(line.upstream).pipe(client)
      if (isHeld && line.isSync) line.upstream.unpipe(client)
    })
  })
  await new Promise((done) => server.listen(0, '127.0.0.1', done))

  return {
    url: `http://127.0.0.1:${server.address().port}`,
    cut(what) {
      isCut = what === 'all' ? () => true : (isSync) => isSync
      for (const line of [...lines]) if (isCut(line.isSync)) line.client.destroy()
    },
    mend() {
      isCut = () => false
    },
    /** Keeps back what the server says to the documents' sockets, until `release`. */
    hold() {
      isHeld = true
      for (const { client, upstream, isSync } of lines) if (isSync) upstream?.unpipe(client)
    },
    release() {
      isHeld = false
      for (const { client, upstream, isSync } of lines) if (isSync) upstream?.pipe(client)
    },
    /** Loses what the documents' sockets say from now on, until they connect anew. */
    lose() {
      for (const { client, upstream, isSync } of lines) if (isSync) client.unpipe(upstream).resume()
    },
    /** Says to them what a server says that took the right to write away: *refused* with 4403. */
    refuseWriting() {
      const reason = Buffer.from('This document can be viewed, not changed.')
      const message = Buffer.concat([Buffer.from([105, 0xb3, 0x22, reason.length]), reason])
      const frame = Buffer.concat([Buffer.from([0x82, message.length]), message])
      for (const { client, isSync } of lines) if (isSync) client.write(frame)
    },
    async stop() {
      for (const line of [...lines]) line.client.destroy()
      await new Promise((done) => server.close(done))
    },
  }
}
