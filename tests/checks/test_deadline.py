import threading

import pytest

from checks.deadline import TooLate, within


def test_an_answer_comes_back_from_its_thread() -> None:
    assert within(5, threading.current_thread) is not threading.current_thread()


def test_what_the_question_raises_is_raised_to_the_asker() -> None:
    def ask() -> None:
        raise TimeoutError("the question's own")

    with pytest.raises(TimeoutError, match="the question's own"):
        within(5, ask)


def test_a_question_without_an_answer_is_left_at_the_deadline() -> None:
    over = threading.Event()
    with pytest.raises(TooLate) as late:
        within(0.02, over.wait)
    assert late.value.thread.is_alive()
    assert late.value.thread.daemon  # it cannot keep the program from ending
    over.set()
    late.value.thread.join(5)
    assert not late.value.thread.is_alive()
