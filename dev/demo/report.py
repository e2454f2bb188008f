"""Prints the demo line by line, each with whether it was observed."""

from rich.console import Console


class Teller:
    """Prints each line with whether it came true, and remembers those that did not."""

    def __init__(self, console: Console | None = None) -> None:
        self._console = console or Console(highlight=False)
        self.untrue: list[str] = []
        self.lines = 0

    def chapter(self, title: str) -> None:
        """Print a heading for the next lines."""
        self._console.print(f"\n[bold]{title}[/bold]")

    def line(self, text: str, *, came_true: bool, seen: object = "") -> None:
        """Print one claim; ``seen`` is printed if it did not come true."""
        self.lines += 1
        if came_true:
            self._console.print(f"  [green]✔[/green] {text}")
        else:
            self.untrue.append(text)
            self._console.print(f"  [red]✘ {text}[/red]")
            self._console.print(f"      seen: {seen}", markup=False)

    def end(self) -> bool:
        """Print the last line; return whether every line came true."""
        true = not self.untrue
        words = "Every line came true" if true else f"{len(self.untrue)} lines did not come true"
        self._console.print(f"\n[bold]{words}[/bold] ({self.lines} checked).")
        return true
