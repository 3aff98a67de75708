//! Where documents are kept: the log of updates and the snapshots that replace its prefix.
