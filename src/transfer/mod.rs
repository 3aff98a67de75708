//! Boards in and out: other products' exports become values of [`crate::board`] and a loss report.
