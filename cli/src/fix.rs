//! `check --fix`: applies the edits that remove findings to the files that were named.

use std::collections::BTreeMap;
use std::path::Path;

use anyhow::Context;
use podnetworking_check::edit::Edit;
use podnetworking_check::facts::World;
use podnetworking_check::fix::{of_one_platform, tidied};
use podnetworking_check::judge::Core;
use podnetworking_check::locate;
use podnetworking_check::report::Located;
use podnetworking_check::stream;
use podnetworking_manifests::STDIN;

use crate::args::{CheckArgs, FixLevel, Format};
use crate::input::Input;
use crate::output;
use crate::report::Filter;
use crate::settings::Loaded;
use crate::{mutate, rewrite};

/// One fix can make the next one possible.
const ROUNDS: usize = 5;
/// So many edits are made in one round.
const MOST: usize = 2_000;
const STDIN_PATH: &str = "-";
const MARK: &str = "\u{FEFF}";

/// Applies the fixes, or shows them with `--diff`.
///
/// # Errors
/// If the manifests cannot be checked, or a file cannot be written.
pub fn run(args: &CheckArgs, level: FixLevel, loaded: &Loaded) -> anyhow::Result<()> {
    let mut files: BTreeMap<String, usize> = BTreeMap::new();
    // Stdin can be read once, and not written.
    let mut named = args.input.clone();
    named.paths.retain(|path| path.as_os_str() != STDIN_PATH);
    for _ in 0..if named.paths.is_empty() { 0 } else { ROUNDS } {
        let input = Input::read(&named)?;
        let changes = changes(&input.world, args, level, loaded)?;
        let mut is_changed = false;
        for (file, changes) in changes {
            let Some((old, new, count)) = changed(&file, &changes) else { continue };
            if args.diff {
                let diff = mutate::unified(&file, &old, &new);
                if args.report.format == Format::Human {
                    output::print(&diff)?
                } else {
                    output::print_error(&diff)
                }
                continue;
            }
            if is_written(&file, &new)? {
                *files.entry(file).or_default() += count;
                is_changed = true;
            }
        }
        if !is_changed {
            break;
        }
    }
    for (file, count) in files {
        output::note(&format!("{file}: {}", output::count(count, "edit")));
    }
    Ok(())
}

/// The edits of each file, each with the place of its object among those of the file.
type Changes = BTreeMap<String, Vec<(usize, Edit)>>;

fn changes(world: &World, args: &CheckArgs, level: FixLevel, loaded: &Loaded) -> anyhow::Result<Changes> {
    let mut changes = Changes::new();
    let mut count = 0;
    let mut add = |position: usize, edit: &Edit| {
        let Some(object) = world.checked.get(position) else { return };
        let document = &object.document;
        if document.file() == STDIN || count >= MOST {
            return;
        }
        let edits = changes.entry(document.file().to_owned()).or_default();
        let edit = Edit { object: None, ..edit.clone() };
        if !edits.iter().any(|(index, known)| *index == document.index() && *known == edit) {
            edits.push((document.index(), edit));
            count += 1;
        }
    };
    let core = Core::new(&loaded.settings, world);
    let mut filter = Filter::new(&args.report)?;
    stream::findings(world, &core, || (), &mut |batch: Vec<Located>| {
        for located in batch.iter().filter(|located| filter.takes(located)) {
            let Some(fix) = &located.finding.fix else { continue };
            // On another platform than the assumed one, it can be right.
            let is_guess = loaded.platform.is_assumed
                && world.checked.get(located.object).is_some_and(|object| of_one_platform(object, &located.finding));
            let is_safe = fix.safe && !is_guess;
            if !is_safe && level == FixLevel::Safe {
                continue;
            }
            for edit in &fix.edits {
                let other =
                    edit.object.as_ref().map(|object| world.position(&locate::identity(object), located.object));
                if let Some(position) = other.unwrap_or(Some(located.object)) {
                    add(position, edit);
                }
            }
        }
        Ok(())
    })?;
    for (position, object) in world.checked.iter().enumerate() {
        for edit in tidied(object) {
            add(position, &edit);
        }
    }
    Ok(changes)
}

/// The text of a file before and after the edits that can be made, and how many these are.
fn changed(file: &str, changes: &[(usize, Edit)]) -> Option<(String, String, usize)> {
    // A pipe, and a file in another encoding, stay as they are.
    if !std::fs::metadata(file).is_ok_and(|known| known.is_file()) {
        return None;
    }
    let whole = std::fs::read_to_string(file).ok()?;
    let old = whole.strip_prefix(MARK).unwrap_or(&whole).to_owned();
    let mut new = old.clone();
    let mut count = 0;
    for (index, edit) in changes {
        if let Some(text) = rewrite::changed(file, &new, *index, edit) {
            new = text;
            count += 1;
        }
    }
    (count > 0 && new != old).then_some((old, new, count))
}

/// Writes a file that may be written.
fn is_written(file: &str, new: &str) -> anyhow::Result<bool> {
    let path = Path::new(file);
    let cannot = || format!("cannot write {file}");
    if std::fs::metadata(path).with_context(cannot)?.permissions().readonly() {
        output::warning(&format!("{file} is read-only, so it is not fixed"));
        return Ok(false);
    }
    let has_mark = std::fs::read_to_string(path).with_context(cannot)?.starts_with(MARK);
    std::fs::write(path, if has_mark { format!("{MARK}{new}") } else { new.to_owned() }).with_context(cannot)?;
    Ok(true)
}
