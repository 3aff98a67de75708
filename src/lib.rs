#![doc = include_str!("ARCHITECTURE.md")]

pub mod document;
#[cfg(feature = "server")]
pub mod fanout;

pub mod board;

pub mod transfer;

#[cfg(feature = "server")]
pub mod access;
#[cfg(feature = "server")]
pub mod app;
#[cfg(feature = "server")]
pub mod cli;
#[cfg(feature = "server")]
pub mod clock;
#[cfg(feature = "server")]
pub mod config;
#[cfg(feature = "server")]
pub mod gateway;
#[cfg(feature = "server")]
pub mod replica;
#[cfg(feature = "server")]
pub mod room;
#[cfg(feature = "server")]
pub mod shutdown;
#[cfg(feature = "server")]
pub mod store;
#[cfg(feature = "server")]
pub mod telemetry;
#[cfg(feature = "server")]
pub mod workspace;
