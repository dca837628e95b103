"""The proxies alone change nothing: what goes through them arrives, and is counted."""

from estate import Estate, follower_database


def test_what_nobody_tampers_with_arrives(new_world):
    estate = Estate()
    estate.leader("corp", "Sales")
    estate.follower("reporting")
    world = new_world(estate)

    world.space.apply(follower_database("sales"))
    world.space.wait_ready("sales")

    sides = {exchange.side for exchange in world.exchanges() if exchange.method == "PUT"}
    assert sides == {"kubernetes", "azure"}
    assert len(world.accepted_puts()) == 1
