"""Say every sound that is not there yet, or not as it should be: the cached, crash-proof build of `prompts build`."""

from __future__ import annotations

import time
from collections import defaultdict
from collections.abc import Callable, Generator, Iterable, Iterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor, as_completed
from contextlib import ExitStack, closing, contextmanager
from dataclasses import dataclass

from ivrkit.errors import PromptError, SpeechError
from ivrkit.files import publish
from ivrkit.prompts.sounds import Sound
from ivrkit.tts.audio import Chain, active_level, to_float, wav
from ivrkit.tts.engine import Engine
from ivrkit.tts.files import clear_leftovers, sole_builder
from ivrkit.tts.jobs import Job, plan_jobs
from ivrkit.tts.registry import make_engine
from ivrkit.tts.tree import RATES, Entry, SoundTree

WORKERS = 2
"Sounds made at once, one for each of the espeak engine's helpers."
GIVE_UP_AFTER = 20
"Failures; an engine that hangs at everything must not take its deadline for each of a thousand sounds."


@dataclass(frozen=True, slots=True)
class BuildReport:
    """What a build did: names of sounds, in the order given; seconds."""

    built: tuple[str, ...]
    kept: tuple[str, ...]
    seconds: float


def build(
    sounds: Iterable[Sound],
    tree: SoundTree,
    chain: Chain | None = None,
    *,
    progress: Callable[[int, int], None] | None = None,
    engine: Callable[[str], Engine] = make_engine,
) -> BuildReport:
    """Make the sounds that `tree` does not hold as they should be. Sounds that nobody asks for stay.

    `progress(done, total)` is called in the caller's thread, first with the number of those that are kept. `engine`
    makes an engine from its name.

    Raises PromptError before anything is said, listing every sound that cannot be, and when files cannot be written;
    SpeechError at the end, listing every sound that an engine failed at. What was made until then stays.
    """
    started = time.perf_counter()
    chain, progress = chain or Chain(), progress or (lambda done, total: None)
    with ExitStack() as engines, _file_errors():
        jobs = plan_jobs(sounds, tree.voices, chain, lambda name: engines.enter_context(engine(name)))
        kept = {job.sound.name for job in jobs if tree.holds(job.sound.name, job.key)}
        stale = [job for job in jobs if job.sound.name not in kept]
        progress(len(kept), len(jobs))
        if stale:
            with sole_builder(tree.root):
                _make_all(stale, tree, chain, lambda made: progress(len(kept) + made, len(jobs)))
    built = tuple(job.sound.name for job in stale)
    return BuildReport(
        built, tuple(job.sound.name for job in jobs if job.sound.name in kept), time.perf_counter() - started
    )


def _make_all(jobs: Sequence[Job], tree: SoundTree, chain: Chain, progress: Callable[[int], None]) -> None:
    tree.refresh()
    clear_leftovers(tree.root)
    _check_voices(jobs)
    for folder in {tree.file(job.sound.name, rate).parent for job in jobs for rate in RATES}:
        folder.mkdir(parents=True, exist_ok=True)
    # A manifest never vouches for a file that is being replaced: were the build cut short and the old text wanted
    # again, the file would hold the new one.
    _record(tree, {job.sound.name: None for job in jobs})
    made: dict[str, Entry | None] = {}
    failures: list[str] = []
    try:
        with closing(_made(jobs, tree, chain)) as results:
            for job, result in results:
                if isinstance(result, Entry):
                    made[job.sound.name] = result
                else:
                    failures.append(f"sound {job.sound.name}: {result}")
                progress(len(made) + len(failures))
                if len(failures) == GIVE_UP_AFTER:
                    failures.append(f"given up after {GIVE_UP_AFTER} failures")
                    break
    finally:
        _record(tree, made)
    if failures:
        raise SpeechError("\n".join(failures))


def _made(jobs: Sequence[Job], tree: SoundTree, chain: Chain) -> Generator[tuple[Job, Entry | SpeechError]]:
    with ThreadPoolExecutor(WORKERS) as pool:
        # One language after the other: a helper that changes its voice loads a dictionary.
        in_order = sorted(jobs, key=lambda job: job.sound.language)
        running = {pool.submit(_make, job, tree, chain): job for job in in_order}
        try:
            for future in as_completed(running):
                yield running[future], future.result()
        finally:
            pool.shutdown(cancel_futures=True)


def _make(job: Job, tree: SoundTree, chain: Chain) -> Entry | SpeechError:
    sound, voice = job.sound, job.voice
    try:
        speech = job.engine.speak(sound.text, sound.language, voice)
    except SpeechError as error:
        return error
    shaped = chain.shape(speech, fragment=sound.fragment)
    finished = {rate: chain.finish(shaped, speech.rate, rate) for rate in RATES}
    for rate, pcm in finished.items():
        publish(tree.file(sound.name, rate), wav(pcm, rate))
    first = finished[RATES[0]]
    level = active_level(to_float(first), RATES[0])
    return Entry(
        key=job.key,
        transcript=sound.text,
        duration=round(len(first) / RATES[0], 4),
        level=round(level, 2) if first.any() else None,
        source=f"{voice.engine} {voice.name}",
    )


def _check_voices(jobs: Iterable[Job]) -> None:
    """Prove each voice once, so that a wrong one is one line and not one for each sound."""
    failures = []
    for language, voice, engine in dict.fromkeys((job.sound.language, job.voice, job.engine) for job in jobs):
        try:
            engine.check(language, voice)
        except SpeechError as error:
            failures.append(f"voice of {language}: {error}")
    if failures:
        raise SpeechError("\n".join(failures))


def _record(tree: SoundTree, entries: Mapping[str, Entry | None]) -> None:
    by_language: defaultdict[str, dict[str, Entry | None]] = defaultdict(dict)
    for name, entry in entries.items():
        by_language[name.partition("/")[0]][name] = entry
    for language, its_entries in by_language.items():
        tree.record(language, its_entries)


@contextmanager
def _file_errors() -> Iterator[None]:
    try:
        yield
    except OSError as error:
        raise PromptError(f"sounds cannot be written: {error.filename or 'the disk'}: {error.strerror}") from error
