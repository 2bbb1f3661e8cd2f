"""The playground in a process of its own."""

import aiohttp

from tests.servers.telegram_process import TOKEN, telegram_process


async def test_it_serves_counts_and_forgets(session: aiohttp.ClientSession) -> None:
    async with telegram_process("--unlimited", "--knows-everyone") as url:
        api = f"{url}/bot{TOKEN}"
        for number in range(40):
            fields = {"chat_id": 4711, "text": f"{number}"}
            async with session.post(f"{api}/sendMessage", data=fields) as response:
                assert response.status == 200
        async with session.get(url):  # which leaves the page's key in the session
            pass
        said = {"user": 4711, "chat": 4711, "text": "/today"}
        async with session.post(f"{url}/play/send", json=said) as response:
            assert await response.json() == {"message_id": 41}
        async with session.post(f"{api}/sendMessage", data={"chat_id": 4711, "text": "x"}):
            pass
        async with session.get(f"{url}/stats") as response:
            stats = await response.json()
        assert (stats["messages"], stats["chats"], stats["waits"]) == (41, 1, 1)
        assert stats["requests"] == {"sendMessage": 41}
        async with session.get(f"{url}/received") as response:
            received = await response.json()
        assert received["4711"][-1] == [42, "x"]
        async with session.post(f"{url}/reset") as response:
            assert response.status == 200
        async with session.get(f"{url}/stats") as response:
            assert (await response.json())["messages"] == 0
