#!/usr/bin/env python3
"""Devuelve una copia de Resguardo sin Resguardo / Restores a Resguardo backup without Resguardo.

    python3 restore.py daily/backup_daily_20260912_020000_manifest.json FOLDER [PATH...] [--no-check]

FOLDER: lo que ya existe no se toca / what is there already is not touched. PATH: solo esto / only this, for example
files/Documents/report.odt. --no-check: sin comprobar antes los ZIP / without checking the ZIP files first.
Python 3.8 or later and nothing else. FORMAT.md in Resguardo's source describes what is read here.
"""
import base64, hashlib, json, os, re, shutil, stat, sys, tempfile, zlib

FORMAT, BLOCK, CHUNK = 2, 1 << 20, 1 << 18
WINDOWS = os.name == "nt"
RESERVED = re.compile(r"(?i)(con|prn|aux|nul|com\d|lpt\d)(\.|$)|.*[<>:\\\"|?*\x00-\x1f]|.*[. ]$")

class Damaged(Exception):
    """The backup, or one entry of it, is not what was written."""

def ensure(good, why):
    if not good:
        raise Damaged(why)

def sha256_of(file):
    sha = hashlib.sha256()
    file.seek(0)
    for data in iter(lambda: file.read(BLOCK), b""):
        sha.update(data)
    return sha.hexdigest()

def load_manifest(path):
    """Reads a manifest; its last field is the SHA-256 of all bytes before that field."""
    with open(path, "rb") as file:
        raw = file.read((16 << 20) + 1)
    body, _, tail = raw.rpartition(b',\n  "self_sha256": "')
    ensure(tail == hashlib.sha256(body).hexdigest().encode() + b'"\n}\n', f"{path}: manifiesto dañado / damaged manifest")
    manifest = json.loads(raw)
    ensure(manifest["format"] <= FORMAT, f"{path}: formato más nuevo: pide su restore.py / newer format: needs its restore.py")
    safe = (re.fullmatch(r"[A-Za-z0-9_-][A-Za-z0-9_.-]*", part["name"]) for part in manifest["parts"])
    ensure(all(safe), f"{path}: nombre no seguro / unsafe name")
    return manifest

def unpacker(method):
    """Something with decompress(data, limit) and eof."""
    zstd = lambda: __import__("compression.zstd", fromlist=["zstd"]).ZstdDecompressor()
    try:
        return zlib.decompressobj(-15) if method == 8 else zstd()
    except ImportError:
        raise Damaged("comprimido con Zstandard: hace falta Python 3.14 o abrir el ZIP con 7-Zip"
                      " / packed with Zstandard: needs Python 3.14, or open the ZIP with 7-Zip")

class Archive:
    """One archive of the chain: its parts, checked first, and the lines of its listing."""
    def __init__(self, folder, manifest, check):
        self.manifest, self.lines, self.removed = manifest, {}, set()
        self.parts = [open(os.path.join(folder, part["name"]), "rb") for part in manifest["parts"]]
        for file, part in zip(self.parts, manifest["parts"] if check else ()):
            print(f"Comprobando / Checking {part['name']}", flush=True)
            ensure(sha256_of(file) == part["sha256"], f"{part['name']}: está dañado / is damaged")
        place, sha, rest = manifest["listing"], hashlib.sha256(), b""
        for data in self.unpack(place["part"], place["offset"], place["packed"], 8, place["size"]):
            sha.update(data)
            *lines, rest = (rest + data).split(b"\n")
            for line in lines:
                record = json.loads(line)
                self.lines[record["p"]] = line
                self.removed |= {record["p"]} if record["t"] == "-" else set()
        whole = not rest and len(self.lines) == place["records"] and sha.hexdigest() == place["sha256"]
        ensure(whole, f"{manifest['name']}: la lista está dañada / the listing is damaged")

    def unpack(self, part, offset, packed, method, size):
        """Yields the bytes at a place: exactly `size`, never more."""
        ensure(method in (0, 8, 93), f"método desconocido / unknown method {method}")
        file, done, machine = self.parts[part - 1], 0, unpacker(method) if method else None
        for start in range(offset, min(offset + packed, self.manifest["parts"][part - 1]["size"]), CHUNK):
            file.seek(start)
            data = more = file.read(min(CHUNK, offset + packed - start))
            while more and not (machine and machine.eof):
                out = machine.decompress(data, CHUNK) if machine else data
                data = getattr(machine, "unconsumed_tail", b"")
                more = data or (machine and len(out) == CHUNK)
                done += len(out)
                ensure(done <= size, "mayor que lo declarado / larger than declared")
                yield out
        ensure(done == size and (not machine or machine.eof), "menor que lo declarado / smaller than declared")

def open_chain(path, check):
    """The archives a manifest needs, the full first: {generation: Archive}."""
    folder, manifest, archives = os.path.dirname(os.path.abspath(path)), load_manifest(path), {}
    for link in manifest["chain"]:
        ensure(re.fullmatch(r"[a-z]+/[A-Za-z0-9_-]+", link["name"]), "nombre no seguro / unsafe name")
        where = os.path.join(os.path.dirname(folder), *link["name"].split("/")) + "_manifest.json"
        if not os.path.exists(where):  # all was copied into one folder
            where = os.path.join(folder, os.path.basename(where))
        older = load_manifest(where)
        same = (older["generation"], older["id"]) == (link["generation"], link["id"])
        ensure(same, f"{where}: no es la copia de esta cadena / is not the backup of this chain")
        archives[older["generation"]] = Archive(os.path.dirname(where), older, check)
    archives[manifest["generation"]] = Archive(folder, manifest, check)
    return archives

def pairs(numbers, unit=1):
    """Gap, length, gap, length, ... as (start, length)."""
    at = 0
    for gap, count in zip(numbers[::2], numbers[1::2]):
        yield at + gap * unit, count * unit
        at += (gap + count) * unit

def stored(archive, content, runs, size):
    """The places of one version's bytes: (archive, place, runs, unpacked size, blocks that are differences)."""
    end, blocks = 0, {block for start, count in pairs(content.get("df", [])) for block in range(start, start + count)}
    for piece in content.get("pc") or [{"s": size, "at": content["at"]}]:
        start, end = end, end + piece["s"]
        held = [(at + max(start - source, 0), max(source - start, 0), min(source + length, end) - max(source, start))
                for at, source, length in runs if source < end and source + length > start]
        yield archive, piece["at"], held, piece["s"], blocks

def layers(archives, generation, record):
    """What makes a file, newest version first: the places of each; a run is (at, from, length)."""
    found, limit = [], record.get("s", 0)
    for _ in range(4096):  # no chain is longer
        delta, size = record.get("d"), record.get("s", 0)
        limit = min(limit, size)  # a version that was cut hides what older ones had beyond
        if "at" in record or "pc" in record:
            return found + [stored(archives[generation], record, [(0, 0, limit)], size)]
        if delta:
            page, runs = delta["y"], pairs(delta["r"], delta["y"])
            pages = [at for start, length in runs for at in range(start, min(start + length, size), page)]
            runs = [(at, n * page, max(0, min(page, limit - at))) for n, at in enumerate(pages)]
            found += [stored(archives[generation], delta, runs, sum(min(page, size - at) for at in pages))] * bool(runs)
        under = delta.get("v") if delta else record.get("r")
        if under is None:
            ensure(not size or delta, "sin contenido en la copia / without content in the backup")
            return found
        generation, record = under["g"], json.loads(archives[under["g"]].lines[under["p"]])
        fits = record["t"] == "f" and (delta or record.get("s", 0) == size)
        ensure(fits, "referencia que no encaja / a reference that does not fit")
    raise Damaged("referencias en círculo / references in a circle")

def write_content(out, archives, generation, record):
    """Writes the bytes oldest first; returns the numbers of the 1 MiB blocks that may hold data."""
    out.truncate(record.get("s", 0))
    touched, versions = set(), [list(version) for version in reversed(layers(archives, generation, record))]
    with tempfile.TemporaryFile(dir=os.path.dirname(out.name)) as whole:
        for depth, version in enumerate(versions):
            if depth == 1 and any(place[4] for later in versions for place in later):
                out.seek(0)  # what differences differ from
                shutil.copyfileobj(out, whole, BLOCK)
            for place in version:
                write_place(out, whole, touched, depth, *place)
    return sorted(touched)

def write_place(out, whole, touched, depth, archive, place, runs, size, blocks):
    position, first = 0, 0
    for data in archive.unpack(place.get("n", 1), place["o"], place["z"], place.get("k", 8), size):
        end = position + len(data)
        while first < len(runs) and runs[first][1] < end:
            at, source, length = runs[first]
            start, stop = max(source, position), min(source + length, end)
            piece, at = data[start - position:max(start, stop) - position], at + start - source
            if at // BLOCK in blocks:
                whole.seek(at)
                old = int.from_bytes(whole.read(len(piece)), "little")
                piece = (int.from_bytes(piece, "little") ^ old).to_bytes(len(piece), "little")
            # Zeros over nothing stay a hole; over an older layer they must be written.
            if piece and (depth or piece.count(0) != len(piece)):
                out.seek(at)
                out.write(piece)
                touched.update(range(at // BLOCK, (at + len(piece) - 1) // BLOCK + 1))
            if source + length > end:
                break
            first += 1
        position = end

def sparse_sha256_of(file, size, touched):
    """SHA-256 over number and SHA-256 of each 1 MiB block that is not all zeros, then the size."""
    sha = hashlib.sha256()
    for number in touched:
        file.seek(number * BLOCK)
        data = file.read(BLOCK)
        if data.count(0) != len(data):
            sha.update(number.to_bytes(8, "little") + hashlib.sha256(data).digest())
    return sha.update(size.to_bytes(8, "little")) or sha.hexdigest()

def raw_name(text):
    """A name as the file system has it: U+FFFD and two hexadecimal digits stand for one byte."""
    raw = re.sub(b"\xef\xbf\xbd([0-9A-Fa-f]{2})", lambda hit: bytes([int(hit.group(1), 16)]), text.encode())
    return raw.decode() if WINDOWS else raw

class Target:
    """The folder that is written to: nothing outside of it, nothing through a link, nothing over what is there."""
    def __init__(self, root):
        os.makedirs(root, exist_ok=True)
        root = os.path.realpath(root)
        self.root = os.fsencode(root) if not WINDOWS else root if root[:2] == "\\\\" else "\\\\?\\" + root
        self.folders, self.warnings = {self.root}, []

    def path(self, text):
        """The place of an entry; makes the folders above it."""
        path = self.root
        for nth, name in enumerate(map(raw_name, text.split("/"))):
            plain = os.fsencode(name)
            bad = plain in (b"", b".", b"..") or b"/" in plain or b"\0" in plain or (WINDOWS and RESERVED.match(name))
            ensure(not bad, "nombre no seguro o que Windows no admite / unsafe name, or Windows can't hold it")
            path = os.path.join(path, name)
            if nth < text.count("/"):
                self.folder(path)
        return path

    def folder(self, path):
        if path not in self.folders:
            if not os.path.lexists(path):
                os.mkdir(path)
            info = os.lstat(path)
            real = stat.S_ISDIR(info.st_mode) and not getattr(info, "st_file_attributes", 0) & 0x400
            ensure(real, "no se escribe a través de enlaces / does not write through links")
            self.folders.add(path)

    def place(self, record, make):
        """Makes an entry under a temporary name, then gives it its own."""
        path = self.path(record["p"])
        ensure(not os.path.lexists(path), "ya existe, no se toca / exists already, not touched")
        temporary = os.path.join(os.path.dirname(path), raw_name(f".resguardo-{os.getpid()}.tmp"))
        try:
            make(temporary)
            self.metadata(temporary, record)
            os.rename(temporary, path)
        finally:
            if os.path.lexists(temporary):
                os.remove(temporary)

    def metadata(self, path, record):
        """Owner, attributes, mode, time: what the file system refuses is a warning."""
        real, time = record["t"] != "l", record.get("m", 0)
        owned, timed = hasattr(os, "lchown") and os.geteuid() == 0, real or os.utime in os.supports_follow_symlinks
        # The owner first, for it clears bits of the mode; then the mode, for an access list changes it.
        steps = [lambda: os.lchown(path, record.get("u", 0), record.get("gi", 0))] * owned
        steps += [lambda: os.chmod(path, record.get("o", 0) & 0o7777)] * real
        steps += [lambda pair=pair: os.setxattr(path, *map(base64.b64decode, pair), follow_symlinks=False)
                  for pair in (record.get("x", {}).items() if hasattr(os, "setxattr") else ())]
        steps += [lambda: os.utime(path, ns=(time, time), **({} if real else {"follow_symlinks": False}))] * timed
        for step in steps:
            try:
                step()
            except (OSError, ValueError, OverflowError) as cause:
                self.warnings.append(f"{record['p']}: {cause}")

def restore(archives, target, wanted):
    """Writes the newest state: files, then links (so that nothing can go through one), then the times of folders."""
    state, failures, done, names = {}, [], {}, {}
    for generation, archive in archives.items():
        state.update(dict.fromkeys(archive.lines, generation))
        state = {path: newest for path, newest in state.items() if path not in archive.removed}
    chosen = [p for p in state if not wanted or any(p == w or p.startswith(w + "/") for w in wanted)]

    def make(record, temporary):
        if record["t"] == "l":
            return os.symlink(raw_name(record["l"]), temporary)
        inode = "hl" in record and (record.get("i"), record.get("c"), record.get("m"), record["h"])
        if inode in names:
            return os.link(target.path(names[inode]), temporary)
        with open(temporary, "xb+") as out:
            touched = write_content(out, archives, state[record["p"]], record)
            sha = sparse_sha256_of(out, record["s"], touched) if record.get("sp") else sha256_of(out)
            ensure(sha == record["h"], "el contenido no es el que se guardó / the content is not what was stored")
        names[inode or record["p"]] = record["p"]

    for turn in range(3):
        for record in (json.loads(archives[state[path]].lines[path]) for path in chosen):
            if {"d": 0, "f": 1, "l": 2}.get(record["t"]) != turn:
                continue
            try:
                if record["t"] == "d":
                    target.folder(target.path(record["p"]))
                else:
                    target.place(record, lambda temporary: make(record, temporary))
                done[record["p"]] = record["t"]
            except Exception as cause:  # one bad entry must not keep the others from coming back
                failures.append(f"{record['p']}: {cause!r}")
    for path in sorted((p for p in done if done[p] == "d"), key=len, reverse=True):
        target.metadata(target.path(path), json.loads(archives[state[path]].lines[path]))
    return len(done), len(chosen) - len(done) - len(failures), failures

def main(words):
    check, words = "--no-check" not in words, [word for word in words if word != "--no-check"]
    if len(words) < 2 or words[0].endswith(".age"):
        return print("Cifrada: descífrala con age / Encrypted: decrypt it with age" if words[1:] else __doc__) or 2
    try:
        archives, target = open_chain(words[0], check), Target(words[1])
        written, skipped, failures = restore(archives, target, [word.strip("/") for word in words[2:]])
    except Exception as cause:
        return print(f"No se pudo restaurar / Could not restore: {cause!r}") or 2
    print(*[f"ERROR {line}" for line in failures], *[f"aviso / warning: {line}" for line in target.warnings],
          f"Restaurado / Restored: {written}; sin contenido / without content: {skipped};"
          f" avisos / warnings: {len(target.warnings)}; errores / errors: {len(failures)}", sep="\n")
    return 1 if failures or not (written or skipped or words[2:] == []) else 0

if __name__ == "__main__":
    sys.stdout.reconfigure(errors="replace")
    sys.exit(main(sys.argv[1:]))
