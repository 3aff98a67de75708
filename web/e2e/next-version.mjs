// A site in front of the server that can have a newer version of the app: the same one under another name, as a build names
// what it changed. Sockets pass through untouched.

import { createServer, request } from 'node:http'
import { connect } from 'node:net'
import { pipeline } from 'node:stream'

/** Starts it with the server's own version; `publish` brings the next one. */
export async function startSite(target) {
  const { hostname, port } = new URL(target)
  const page = await (await fetch(target, { headers: { accept: 'text/html' } })).text()
  const [, entry] = /src="(\/assets\/[^"]+\.js)"/.exec(page)
  const next = entry.replace('.js', 'next.js')
  let isNext = false

  const server = createServer((asked, answer) => {
    const path = isNext && asked.url === next ? entry : asked.url
    // The server's files did not change, whatever the browser asks: it must not hear that its own are still good.
    const { 'if-none-match': _tag, 'if-modified-since': _since, ...others } = asked.headers
    const headers = { ...others, 'accept-encoding': 'identity' }
    const passed = request({ hostname, port, path, method: asked.method, headers, agent: false }, (response) => {
      const isNamed =
        isNext && (asked.headers.accept?.includes('text/html') || path === '/' || path === '/service-worker.js')
      if (!isNamed) {
        answer.writeHead(response.statusCode, response.headers)
        // A torn answer is torn for the browser too; left open, it would wait for the rest for ever.
        pipeline(response, answer, () => {})
        return
      }
      const { 'content-length': _length, etag: _etag, ...rest } = response.headers
      answer.writeHead(response.statusCode, rest)
      let words = ''
      response.setEncoding('utf8')
      response.on('data', (part) => {
        words += part
      })
      response.on('end', () => answer.end(words.replaceAll(entry, next)))
      response.on('error', () => answer.destroy())
    })
    passed.on('error', () => answer.destroy())
    asked.pipe(passed)
  })
  const sockets = new Set()
  server.on('connection', (socket) => {
    sockets.add(socket)
    socket.on('close', () => sockets.delete(socket))
  })
  server.on('upgrade', ({ url, rawHeaders }, socket, head) => {
    const upstream = connect(Number(port), hostname)
    const lines = rawHeaders.map((words, at) => (at % 2 === 0 ? `${words}: ` : `${words}\r\n`)).join('')
    upstream.write(`GET ${url} HTTP/1.1\r\n${lines}\r\n`)
    upstream.write(head)
    for (const side of [socket, upstream]) side.on('error', () => side.destroy())
    socket.on('close', () => upstream.destroy())
    upstream.on('close', () => socket.destroy())
    socket.pipe(upstream).pipe(socket)
  })
  await new Promise((done) => server.listen(0, '127.0.0.1', done))

  return {
    url: `http://127.0.0.1:${server.address().port}`,
    next,
    publish() {
      isNext = true
    },
    async stop() {
      for (const socket of sockets) socket.destroy()
      await new Promise((done) => server.close(done))
    },
  }
}
