"""How far a fit is."""

import sys
import time


class Progress:
    """A bar where tqdm is installed, else a line on stderr every two seconds."""

    def __init__(self):
        self.started = self.said = time.monotonic()
        self.epochs = 0
        self.bar = None
        try:
            from tqdm.auto import tqdm
        except ImportError:
            return
        self.bar = tqdm(desc="fit", unit=" epochs")

    def __call__(self, trainings, epochs, max_epochs):
        if self.bar is not None:
            # Trainings stop early: the number of epochs at most is no end to count to.
            self.bar.set_postfix_str(f"training {trainings}", refresh=False)
            self.bar.update(epochs - self.epochs)
            self.epochs = epochs
            return
        now = time.monotonic()
        if now - self.said >= 2:
            self.said = now
            self._say(f"{trainings} trainings and {epochs} epochs in {now - self.started:.0f} s so far")

    def finish(self):
        if self.bar is not None:
            self.bar.close()
        self._say(f"fitted in {time.monotonic() - self.started:.1f} s")

    def _say(self, line):
        sys.stderr.write(line + "\n")
        sys.stderr.flush()
