//! The wire of CalIT: frames, close codes and limits.
