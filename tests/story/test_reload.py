"""config.yaml is read again while the bot runs: by command, by signal, and on every replica."""

from __future__ import annotations

from house import House, shown

from bot.wiring import Program


def texts(house: House) -> str:
    return "\n".join(shown(each) for each in house.channel())


def test_what_has_changed_is_listed_and_counts_from_then_on(house: House, healthy: str) -> None:
    changed = healthy.replace('critical: "> 0.1"', 'critical: "> 0.5"').replace("every: 10s", "every: 20s")
    house.rewrites(changed.replace("tier: 2", "tier: 2, no_data: 10m"))
    told = house.types("lin", "/monitor reload")
    assert "config.yaml is being read again" in shown(told)
    listed = shown(house.card("Lin Wei let config.yaml be read again. Running watches keep their plan"))
    assert "everything else counts from now on. Changes: 3" in listed
    assert "`metrics.order_duplication_rate.critical` was > 0.1, is > 0.5" in listed
    assert "`metrics.cpu.no_data` was nothing, is 10m" in listed
    assert "`checks.figures.every` was 10s, is 20s" in listed
    house.measures(order_duplication_rate=0.3)
    house.fast_forward(minutes=1)
    assert house.paged() == []
    house.measures(order_duplication_rate=0.6)
    house.fast_forward(minutes=1)
    assert house.paged() == [["lin"]]


def test_a_running_watch_keeps_its_plan_and_the_next_one_has_the_new_one(house: House, healthy: str) -> None:
    before = house.execution_list()
    house.rewrites(healthy.replace("every: 30m", "every: 15m"))
    house.types("lin", "/monitor reload")
    assert "`plan.phases.1.every` was 30m, is 15m" in texts(house)
    assert len(house.execution_list()) == len(before)
    house.fast_forward(minutes=40)
    assert len(house.execution_list()) == len(before)
    house.types("lin", "/monitor watch start v2")
    assert len(house.execution_list()) > len(before)


def test_with_errors_the_old_one_goes_on_and_the_errors_are_shown(house: House, healthy: str) -> None:
    house.rewrites(
        healthy.replace("critical: ", "critcal: ").replace("[team:management]", "[team:managment]")
    )
    house.types("lin", "/monitor reload")
    listed = shown(
        house.card(
            "Lin Wei let config.yaml be read again, and it is not taken: the old one goes on. Errors: 3"
        )
    )
    assert "unknown key `critcal`; did you mean `critical`?" in listed
    assert "managment" in listed
    house.measures(order_duplication_rate=0.3)
    house.fast_forward(minutes=1)
    assert house.paged() == [["lin"]]
    house.rewrites(healthy)
    house.types("lin", "/monitor reload")
    assert "it says what it said before" in texts(house)


def test_a_service_of_which_something_runs_cannot_go(house: House, healthy: str) -> None:
    house.rewrites(healthy.replace("service: orders", "service: invoices"))
    house.types("lin", "/monitor reload")
    assert "orders: is gone from the configuration, but something of it runs" in texts(house)
    house.fast_forward(minutes=31)
    assert "orders" in shown(house.types("lin", "/monitor status"))


def test_nothing_confidential_is_repeated(house: House, healthy: str) -> None:
    person = 'lin: {name: Lin Wei, slack: U0LIN, phone: "+86 139 s3cret"}'
    channels = "channels: {phone: 'json://s3cret.example.com/{phone}'}\n"
    house.rewrites(healthy.replace("lin: {name: Lin Wei, slack: U0LIN}", person) + channels)
    house.types("lin", "/monitor reload")
    assert "`people.lin.phone` has changed" in texts(house)
    assert "`channels.phone` is new" in texts(house)
    assert "s3cret" not in texts(house)


def test_people_language_and_zone_are_new_at_once(house: House, healthy: str) -> None:
    house.rewrites(healthy.replace("Lin Wei", "Lin <!channel> Wei").replace("Asia/Shanghai", "UTC"))
    house.types("lin", "/monitor reload")
    assert "`people.lin.name` has changed" in texts(house)
    assert "`timezone` was Asia/Shanghai, is UTC" in texts(house)
    assert "<!channel>" not in str(house.get("/local/posts"))
    house.fast_forward(seconds=1)
    house.rewrites(healthy + "language: zh\n")
    house.types("lin", "/monitor reload")
    assert "可用的命令" in shown(house.types("lin", "/monitor help"))


def test_every_replica_reads_its_own_file_and_it_is_told_once(house: House, healthy: str) -> None:
    other = Program(house.setup, house.access, house.clock, threads=False, read=house._read)
    house.rewrites(healthy.replace('critical: "> 0.1"', 'critical: "> 0.5"'))
    house.program.read_again("@SIGHUP")
    for program in (house.program, other, house.program):
        program.settle()
    assert other.setup == house.program.setup
    assert other.setup.services["orders"].metrics["order_duplication_rate"].critical is not None
    told = [each for each in house.channel() if "SIGHUP let config.yaml be read again" in shown(each)]
    assert len(told) == 1
    other.stop()


def test_a_start_reads_no_wish_of_before(house: House, healthy: str) -> None:
    house.types("lin", "/monitor reload")
    house.restart(minutes=1)
    house.fast_forward(minutes=1)
    assert len([each for each in house.channel() if "config.yaml be read again" in shown(each)]) == 1


def test_a_check_that_is_new_is_asked_and_one_that_is_gone_is_not(house: House, healthy: str) -> None:
    second = "  more: {kind: command, run: [cat, more.json], output: json, every: 10s}\nchecklists:"
    (house.folder / "more.json").write_text('{"latency_p99": 12}')
    house.rewrites(healthy.replace("checklists:", second))
    house.types("lin", "/monitor reload")
    house.measures(latency_p99=12)
    assert "`checks.more` is new" in texts(house)
    house.fast_forward(minutes=2)
    assert house.paged() == [["lin"]]
    assert house.program._database.agenda()["checks"] > house.clock.now()
    house.rewrites(healthy)
    house.types("lin", "/monitor reload")
    assert "`checks.more` is gone" in texts(house)
    house.fast_forward(minutes=1)
