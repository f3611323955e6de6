"""What blocks expand to, each measured after those that it uses, and blocks that use themselves."""

from __future__ import annotations

from shapecalc.language.item_size import measure
from shapecalc.language.items import Block, BlockItem, Item, children
from shapecalc.language.node_reader import NodeReader


def _uses(block: Block) -> list[tuple[Block, BlockItem]]:
    """The blocks that a block uses, each with the item that uses it."""
    found: list[tuple[Block, BlockItem]] = []
    pending: list[Item] = [] if block.body is None else [block.body]
    while pending:
        item = pending.pop()
        if isinstance(item, BlockItem):
            found.append((item.block, item))
        pending.extend(children(item))
    return found


def measure_all(blocks: list[Block], reader: NodeReader) -> None:
    """Measure the layers and the nesting of blocks, each after those it uses; report recursion."""
    waiting = {id(block): _uses(block) for block in blocks}
    done: set[int] = set()
    for start in blocks:
        stack = [start]
        on_stack = {id(start)}
        while stack:
            block = stack[-1]
            uses = waiting.get(id(block), [])
            while uses and (id(uses[-1][0]) in done or id(uses[-1][0]) not in waiting):
                uses.pop()
            if not uses:
                stack.pop()
                on_stack.discard(id(block))
                if id(block) not in done:
                    done.add(id(block))
                    _measure_block(block)
                continue
            used, item = uses[-1]
            if id(used) in on_stack:
                own = NodeReader(item.source, reader.problems)
                own.problem(
                    "SC112",
                    f"recursive block {used.name}"
                    + ("" if used is block else f": it uses itself through {block.name}"),
                    item.place(),
                    "a block cannot use itself; use repeat",
                )
                item.values = None
                uses.pop()
                continue
            stack.append(used)
            on_stack.add(id(used))


def _measure_block(block: Block) -> None:
    if block.body is not None:
        block.layers, block.nesting = measure(block.body)
