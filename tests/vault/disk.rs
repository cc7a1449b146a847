//! A pretend disk under a real directory: of what a program writes, only that surely survives a power cut which was synced, contents and
//! names apart.

use std::collections::BTreeMap;
use std::io::{self, ErrorKind};
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, MutexGuard};

use halfminute::adapters::atomic_file::FileStep;

#[derive(Clone)]
pub struct Disk(Arc<Mutex<Platter>>);

/// A file's contents, and whether they were synced.
type Stood = (Arc<Vec<u8>>, bool);
type Names = BTreeMap<String, Stood>;

struct Platter {
    path: PathBuf,
    /// Contents that were synced, by the file's number.
    contents: BTreeMap<u64, Arc<Vec<u8>>>,
    /// What the directory said when it was synced, and then after each step: a power cut leaves one of them.
    past: Vec<Names>,
    trouble: Option<Trouble>,
    hit: bool,
    /// A step that the program is taken to have forgotten.
    forgotten: Option<FileStep>,
}

/// The system refuses a step.
#[derive(Debug, Clone, Copy)]
pub struct Trouble {
    /// After so many steps.
    pub left: u32,
    /// With this reason.
    pub kind: ErrorKind,
    /// And all that follow.
    pub lasts: bool,
}

impl Disk {
    pub fn of(path: &Path) -> Self {
        let platter = Platter {
            path: path.to_owned(),
            contents: BTreeMap::new(),
            past: vec![Names::new()],
            trouble: None,
            hit: false,
            forgotten: None,
        };
        Self(Arc::new(Mutex::new(platter)))
    }

    fn platter(&self) -> MutexGuard<'_, Platter> {
        self.0.lock().unwrap()
    }

    /// What happens before a program takes `step`.
    pub fn step(&self, step: FileStep) -> io::Result<()> {
        let mut platter = self.platter();
        if let Some(trouble) = &mut platter.trouble {
            if trouble.left > 0 {
                trouble.left -= 1;
            } else {
                let Trouble { kind, lasts, .. } = *trouble;
                if !lasts {
                    platter.trouble = None;
                }
                platter.hit = true;
                return Err(kind.into());
            }
        }
        let done = platter.forgotten != Some(step);
        platter.look(done && step == FileStep::SyncFile, done && step == FileStep::Sync);
        Ok(())
    }

    /// From now on the system refuses as `trouble` says.
    pub fn fail(&self, trouble: Trouble) {
        let mut platter = self.platter();
        platter.trouble = Some(trouble);
        platter.hit = false;
    }

    /// All is well again. Whether a step was refused.
    pub fn recover(&self) -> bool {
        let mut platter = self.platter();
        platter.trouble = None;
        platter.hit
    }

    /// As if the program had forgotten `step`.
    pub fn forget_step(&self, step: FileStep) {
        self.platter().forgotten = Some(step);
    }

    /// The machine is shut down in order: everything is synced.
    pub fn shut_down(&self) {
        let mut platter = self.platter();
        for (_, number) in entries(&platter.path) {
            platter.contents.remove(&number);
        }
        platter.look(true, true);
        let all = entries(&platter.path).into_iter().map(|(name, number)| (number, read(&platter.path.join(name)))).collect();
        platter.contents = all;
        platter.look(false, true);
    }

    /// The machine loses power. `luck` says how much of what was not synced survives: of the names a first few of the changes, of the
    /// contents the first sectors of 512 bytes. `0`: nothing.
    pub fn power_cut(&self, luck: u64) {
        let mut platter = self.platter();
        platter.look(false, false);
        let few = usize::try_from(luck).unwrap_or(0) % platter.past.len();
        let names = platter.past.swap_remove(few);
        for (name, _) in entries(&platter.path) {
            if !is_lock(&name) {
                std::fs::remove_file(platter.path.join(name)).unwrap();
            }
        }
        for (name, (bytes, synced)) in &names {
            if is_lock(name) {
                continue;
            }
            let sectors = bytes.len().div_ceil(512) + 1;
            let torn = usize::try_from(luck >> 8).unwrap_or(0) % sectors * 512;
            let whole = if *synced { bytes.len() } else { torn.min(bytes.len()) };
            std::fs::write(platter.path.join(name), &bytes[..whole]).unwrap();
        }
        platter.contents.clear();
        platter.past.clear();
        let all = entries(&platter.path).into_iter().map(|(name, number)| (number, read(&platter.path.join(name)))).collect();
        platter.contents = all;
        platter.look(false, true);
    }
}

impl Platter {
    /// Looks at what stands there. New files are synced if `files`, and what stood there before is past if `directory`.
    fn look(&mut self, files: bool, directory: bool) {
        let found = entries(&self.path);
        // a file's number is given anew when it is gone
        self.contents.retain(|number, _| found.iter().any(|(_, there)| there == number));
        let mut names = Names::new();
        for (name, number) in found {
            let synced = self.contents.get(&number).cloned();
            let stood = synced.map_or_else(|| (read(&self.path.join(&name)), files), |bytes| (bytes, true));
            if stood.1 {
                self.contents.insert(number, Arc::clone(&stood.0));
            }
            names.insert(name, stood);
        }
        if directory {
            self.past.clear();
        }
        self.past.push(names);
    }
}

fn is_lock(name: &str) -> bool {
    name.ends_with("lock")
}

fn read(path: &Path) -> Arc<Vec<u8>> {
    Arc::new(std::fs::read(path).unwrap())
}

/// The files of a directory, but the locks: name, and what tells a file from others, whatever it is called.
fn entries(path: &Path) -> Vec<(String, u64)> {
    let entries = std::fs::read_dir(path).unwrap().map(|entry| {
        let entry = entry.unwrap();
        #[cfg(unix)]
        let number = std::os::unix::fs::DirEntryExt::ino(&entry);
        #[cfg(not(unix))]
        let number = {
            let made = entry.metadata().unwrap().created().unwrap();
            made.duration_since(std::time::UNIX_EPOCH).unwrap().as_nanos() as u64
        };
        (entry.file_name().into_string().unwrap(), number)
    });
    entries.filter(|(name, _)| !is_lock(name)).collect()
}

#[test]
fn a_power_cut_leaves_what_was_synced_and_maybe_more() {
    use halfminute::adapters::atomic_file::Folder;
    let dir = tempfile::tempdir().unwrap();
    let disk = Disk::of(dir.path());
    let steps = disk.clone();
    let folder = Folder::probed(dir.path(), Arc::new(move |step| steps.step(step)));
    let holds = || std::fs::read(dir.path().join("a")).ok();
    folder.replace("a", &[1; 2_000]).unwrap();
    // the name was not synced: the old or the new contents
    for (luck, left) in [(0, 1), (1, 1), (2, 1), (3, 1), (4, 2)] {
        folder.replace("a", &[1; 2_000]).unwrap();
        disk.fail(Trouble { left: 3, kind: ErrorKind::StorageFull, lasts: true });
        folder.replace("a", &[2; 2_000]).unwrap_err();
        assert!(disk.recover());
        disk.power_cut(luck);
        assert!(holds() == Some(vec![left; 2_000]), "{luck}");
    }
    // the contents were not synced: cut off at a sector, or at none
    disk.forget_step(FileStep::SyncFile);
    for (sectors, left) in [(0, 0), (1, 512), (3, 1_536), (4, 2_000)] {
        folder.replace("a", &[3; 2_000]).unwrap();
        disk.power_cut(sectors << 8);
        assert_eq!(holds().map(|bytes| bytes.len()), Some(left));
    }
}
