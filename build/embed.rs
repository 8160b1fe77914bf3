//! Writes a table of (path, bytes) of every reference file, sorted by path.

use std::{fmt::Write as _, fs, path::Path, path::PathBuf};

/// A file under `references/`: its path relative to that folder, and where it lies.
pub struct Source {
    pub name: String,
    pub path: PathBuf,
}

/// All text files under `root`, sorted by name.
pub fn list(root: &Path) -> Vec<Source> {
    let mut files = Vec::new();
    walk(root, root, &mut files);
    files.sort_by(|a, b| a.name.cmp(&b.name));
    files
}

fn walk(root: &Path, folder: &Path, files: &mut Vec<Source>) {
    for entry in fs::read_dir(folder).expect("references/ is readable").flatten() {
        let path = entry.path();
        if path.is_dir() {
            walk(root, &path, files);
        } else if fs::read_to_string(&path).is_ok() {
            let name = path.strip_prefix(root).expect("below root").to_string_lossy().replace('\\', "/");
            files.push(Source { name, path });
        }
    }
}

/// Writes `pub(crate) static FILES` to `target`.
pub fn write(files: &[Source], target: &Path) {
    let mut text = String::from("pub(crate) static FILES: &[(&str, &str)] = &[\n");
    for file in files {
        writeln!(text, "    ({:?}, include_str!({:?})),", file.name, file.path.display().to_string()).expect("writing to a string");
    }
    text.push_str("];\n");
    fs::write(target, text).expect("OUT_DIR is writable");
}
