//! The floor: the least that a server can do for a delivery, a connection or a first sync on this machine.
//!
//! It frames by itself and writes the same bytes to every socket of a room with one non-blocking `send` each. There is
//! no gate, no CRDT, no log, no acknowledgement, no HTTP and no second thread. What CalIT costs beyond this is CalIT.

use std::cell::RefCell;
use std::collections::HashMap;
use std::io::ErrorKind;
use std::rc::Rc;

use anyhow::{Context as _, ensure};
use client_protocol::websocket;
use tokio::net::{TcpSocket, TcpStream};

use crate::socket::MASK;

/// Bytes taken from a socket at once.
const READ_BYTES: usize = 64 * 1024;

thread_local! {
    static SCRATCH: RefCell<Box<[u8]>> = RefCell::new(vec![0; READ_BYTES].into_boxed_slice());
}

/// What `loadtest floor` is told.
#[derive(clap::Args)]
pub(crate) struct Arguments {
    /// Size of the frame that is written to everybody, with its header.
    #[arg(long, default_value_t = 82)]
    frame_bytes: usize,
    /// Size of what a step 1 is answered with.
    #[arg(long, default_value_t = 4)]
    sync_bytes: usize,
}

struct Floor {
    update: Vec<u8>,
    first_sync: Vec<u8>,
    rooms: RefCell<HashMap<String, Room>>,
}

/// The sockets of a room, by the order in which they came.
type Room = Rc<RefCell<Vec<Rc<TcpStream>>>>;

/// Serves until the process is ended.
pub(crate) async fn run(arguments: &Arguments) -> anyhow::Result<()> {
    ensure!(arguments.frame_bytes > 16, "a frame has more than 16 bytes");
    let floor = Rc::new(Floor {
        update: frame(&[0, 2], arguments.frame_bytes),
        first_sync: frame(&[0, 1], arguments.sync_bytes.max(4)),
        rooms: RefCell::default(),
    });
    let socket = TcpSocket::new_v4()?;
    socket.bind((std::net::Ipv4Addr::LOCALHOST, 0).into())?;
    // As the server does: a crowd that does not fit the usual 128 would come a second late.
    let listener = socket.listen(4_096)?;
    println!("listening on http://{} (admin http://127.0.0.1:0)", listener.local_addr()?);
    let mut tasks = tokio::task::JoinSet::new();
    loop {
        let (stream, _) = listener.accept().await?;
        stream.set_nodelay(true)?;
        tasks.spawn_local(serve(Rc::clone(&floor), Rc::new(stream)));
    }
}

/// A binary frame that begins with `kind` and has about `len` bytes in all.
fn frame(kind: &[u8], len: usize) -> Vec<u8> {
    let header = match len {
        0..=127 => 2,
        128..=65_539 => 4,
        _ => 10,
    };
    let mut out = Vec::new();
    websocket::write_binary(&mut out, |out| {
        out.extend_from_slice(kind);
        out.resize(out.len() + len.saturating_sub(header + kind.len()), 1);
    });
    out
}

async fn serve(floor: Rc<Floor>, stream: Rc<TcpStream>) {
    // A client that hangs up ends its task; nobody else minds.
    let _ = try_serve(&floor, &stream).await;
    for room in floor.rooms.borrow().values() {
        room.borrow_mut().retain(|member| !Rc::ptr_eq(member, &stream));
    }
}

async fn try_serve(floor: &Floor, stream: &Rc<TcpStream>) -> anyhow::Result<()> {
    let mut partial = Vec::new();
    let room = upgrade(floor, stream, &mut partial).await?;
    room.borrow_mut().push(Rc::clone(stream));
    loop {
        stream.readable().await?;
        let read = SCRATCH.with_borrow_mut(|scratch| -> std::io::Result<Option<(usize, bool)>> {
            let len = stream.try_read(scratch)?;
            Ok((len > 0).then(|| take(&mut partial, &scratch[..len])))
        });
        let (updates, asks) = match read {
            Ok(Some(taken)) => taken,
            Ok(None) => return Ok(()),
            Err(error) if error.kind() == ErrorKind::WouldBlock => continue,
            Err(error) => return Err(error.into()),
        };
        if updates > 0 {
            relay(floor, &room, stream, updates);
        }
        if asks {
            write_all(stream, &floor.first_sync).await?;
        }
    }
}

async fn upgrade(floor: &Floor, stream: &TcpStream, partial: &mut Vec<u8>) -> anyhow::Result<Room> {
    let end = loop {
        stream.readable().await?;
        match SCRATCH.with_borrow_mut(|scratch| stream.try_read(scratch).map(|len| scratch[..len].to_vec())) {
            Ok(bytes) => {
                ensure!(!bytes.is_empty(), "no request");
                partial.extend_from_slice(&bytes);
            }
            Err(error) if error.kind() == ErrorKind::WouldBlock => {}
            Err(error) => return Err(error.into()),
        }
        if let Some(end) = partial.windows(4).position(|window| window == b"\r\n\r\n") {
            break end + 4;
        }
    };
    let head = String::from_utf8_lossy(&partial[..end]).into_owned();
    partial.drain(..end);
    partial.shrink_to_fit();
    let name = head.split(' ').nth(1).context("no path")?.to_owned();
    write_all(stream, b"HTTP/1.1 101 Switching Protocols\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n\r\n").await?;
    Ok(Rc::clone(floor.rooms.borrow_mut().entry(name).or_default()))
}

/// Counts the updates (or presence) among the complete frames, and tells whether a step 1 was among them.
fn take(partial: &mut Vec<u8>, input: &[u8]) -> (usize, bool) {
    let (mut updates, mut asks, mut used) = (0, false, 0);
    let whole;
    let bytes = if partial.is_empty() {
        input
    } else {
        partial.extend_from_slice(input);
        whole = std::mem::take(partial);
        &whole
    };
    while let Some((kind, len)) = client_frame(&bytes[used..]) {
        match kind {
            [0, 0] => asks = true,
            [0, 1] => {}
            _ => updates += 1,
        }
        used += len;
    }
    if used < bytes.len() {
        *partial = bytes[used..].to_vec();
    }
    (updates, asks)
}

/// The first two bytes of a masked frame's payload and the frame's length.
fn client_frame(bytes: &[u8]) -> Option<([u8; 2], usize)> {
    let (start, len): (usize, usize) = match *bytes.get(1)? & 0x7f {
        126 => (8, usize::from(u16::from_be_bytes(bytes.get(2..4)?.try_into().ok()?))),
        127 => (14, usize::try_from(u64::from_be_bytes(bytes.get(2..10)?.try_into().ok()?)).ok()?),
        len => (6, usize::from(len)),
    };
    let payload = bytes.get(start..start.checked_add(len)?)?;
    let kind = [payload.first()? ^ MASK[0], payload.get(1)? ^ MASK[1]];
    Some((kind, start + len))
}

fn relay(floor: &Floor, room: &Room, author: &Rc<TcpStream>, updates: usize) {
    let frames = floor.update.repeat(updates);
    for member in room.borrow().iter().filter(|member| !Rc::ptr_eq(member, author)) {
        // A client of a benchmark that is slower than this is a benchmark that says nothing; it will miss frames.
        let _ = member.try_write(&frames);
    }
}

async fn write_all(stream: &TcpStream, mut bytes: &[u8]) -> std::io::Result<()> {
    while !bytes.is_empty() {
        match stream.try_write(bytes) {
            Ok(len) => bytes = &bytes[len..],
            Err(error) if error.kind() == ErrorKind::WouldBlock => stream.writable().await?,
            Err(error) => return Err(error),
        }
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn frames_have_the_size_that_was_asked_for() {
        for len in [20, 82, 127, 130, 5_000, 65_539, 65_546, 1_400_000] {
            assert_eq!(frame(&[0, 2], len).len(), len);
        }
    }
}
