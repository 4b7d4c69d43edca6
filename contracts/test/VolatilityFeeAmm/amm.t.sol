// SPDX-License-Identifier: MIT
pragma solidity ^0.8.30;

import {IFeeToken} from "../../src/sdk/FeeToken.sol";
import {MockInferenceHub} from "../../src/sdk/MockInferenceHub.sol";
import {VolatilityFeeAmm} from "../../src/sdk/examples/VolatilityFeeAmm.sol";
import {RequestId} from "../../src/types/Ids.sol";
import {Assurance} from "../../src/types/Receipt.sol";
import {ConsumerTest} from "../support/sdk/ConsumerTest.sol";
import {HookedToken} from "../support/sdk/Consumers.sol";

contract VolatilityFeeAmmTest is ConsumerTest {
    address private trader = makeAddr("trader");
    HookedToken private token0;
    HookedToken private token1;
    VolatilityFeeAmm private amm;

    function setUp() public override {
        super.setUp();
        (token0, token1) = (new HookedToken(), new HookedToken());
        amm = new VolatilityFeeAmm(hub, LABEL, VERSION, IFeeToken(address(token0)), IFeeToken(address(token1)), FEE);
        address[2] memory accounts = [address(this), trader];
        for (uint256 i = 0; i < 2; ++i) {
            token0.mint(accounts[i], 1e30);
            token1.mint(accounts[i], 1e30);
            vm.startPrank(accounts[i]);
            token0.approve(address(amm), type(uint256).max);
            token1.approve(address(amm), type(uint256).max);
            vm.stopPrank();
        }
        token.mint(trader, 100 ether);
        vm.prank(trader);
        token.approve(address(amm), type(uint256).max);
        amm.supply(1e24, 2e24);
    }

    function test_TheFeeFollowsTheForecastBetweenItsBounds() public {
        assertEq(amm.feePips(), 3000);
        // A quarter of 1/64 is 0.3906 %; what is lower or higher ends at the bounds.
        int256[5] memory volatilities = [int256(0.015625e18), 0, -1e18, 1e18, 0.002e18];
        uint24[5] memory fees = [uint24(3906), 500, 500, 10_000, 500];
        _observe(17);
        for (uint256 i = 0; i < volatilities.length; ++i) {
            skip(1 hours);
            RequestId id = _askForForecast();
            (bool delivered, bytes memory reason) = hub.answer(id, _oneFloat("volatility", volatilities[i]));
            assertTrue(delivered, vm.toString(reason));
            assertEq(amm.feePips(), fees[i]);
        }
    }

    function test_AStaleForecastGivesWayToTheFallback() public {
        _observe(17);
        hub.answer(_askForForecast(), _oneFloat("volatility", 1e18));
        skip(6 hours);
        assertEq(amm.feePips(), 10_000);
        skip(1);
        assertEq(amm.feePips(), 3000);
    }

    function test_ACorrectionTakesTheForecastsPlace() public {
        _observe(17);
        RequestId id = _askForForecast();
        hub.answer(id, _oneFloat("volatility", 1e18));
        skip(1 hours);
        // A question that waits does not keep the correction out, an answer to it does.
        RequestId next = _askForForecast();
        MockInferenceHub.Given memory given = _given(Assurance.Attested);
        given.revision = 1;
        hub.answerWith(id, _oneFloat("volatility", 0), given);
        assertEq(amm.feePips(), 500);
        hub.answer(next, _oneFloat("volatility", 1e18));
        given.revision = 2;
        (bool delivered,) = hub.answerWith(id, _oneFloat("volatility", 0), given);
        assertFalse(delivered);
        assertEq(amm.feePips(), 10_000);
    }

    function test_AsksOneQuestionAtATime() public {
        _observe(17);
        RequestId first = _askForForecast();
        uint40 askedAt = amm.askedAt();
        skip(45 minutes);
        vm.prank(trader);
        vm.expectRevert(abi.encodeWithSelector(VolatilityFeeAmm.AskedAlready.selector, first, askedAt));
        amm.ask(FEE);
        skip(1);
        RequestId second = _askForForecast();
        (bool delivered,) = hub.answer(first, _oneFloat("volatility", 1e18));
        assertFalse(delivered);
        (delivered,) = hub.answer(second, _oneFloat("volatility", 1e18));
        assertTrue(delivered);
    }

    /// Else a question for next to nothing would keep every other waiting, and its answer would lock next to nothing.
    function test_RevertWhen_TheFeeIsTooSmall() public {
        _observe(17);
        vm.prank(trader);
        vm.expectRevert(abi.encodeWithSelector(VolatilityFeeAmm.FeeTooSmall.selector, FEE - 1, FEE));
        amm.ask(FEE - 1);
    }

    function test_RevertWhen_ThereAreTooFewPrices() public {
        _observe(16);
        vm.prank(trader);
        vm.expectRevert(abi.encodeWithSelector(VolatilityFeeAmm.TooFewPrices.selector, 16));
        amm.ask(FEE);
    }

    function test_RecordsAPriceAnHourBeforeItMoves() public {
        vm.startPrank(trader);
        amm.swap(true, 1e22, 0, trader, vm.getBlockTimestamp());
        assertEq(amm.priceCount(), 1);
        assertEq(amm.prices(0), 2e18);
        amm.swap(true, 1e22, 0, trader, vm.getBlockTimestamp());
        assertEq(amm.priceCount(), 1);
        skip(1 hours);
        amm.swap(true, 1e22, 0, trader, vm.getBlockTimestamp());
        assertEq(amm.priceCount(), 2);
        assertLt(amm.prices(1), 2e18);
    }

    function testFuzz_TheLastReturnsAreThoseOfThePrices(uint80[24] calldata amounts, uint256 count) public {
        count = bound(count, 17, 24);
        uint256[] memory prices = new uint256[](count);
        vm.startPrank(trader);
        for (uint256 i = 0; i < count; ++i) {
            prices[i] = uint256(amm.reserve1()) * 1e18 / amm.reserve0();
            amm.swap(amounts[i] % 2 == 0, uint256(amounts[i]) + 1, 0, trader, vm.getBlockTimestamp());
            skip(1 hours);
        }
        int256[] memory returns_ = amm.lastReturns();
        for (uint256 i = 0; i < 16; ++i) {
            (int256 former, int256 latter) = (int256(prices[count - 17 + i]), int256(prices[count - 16 + i]));
            assertEq(returns_[i], (latter - former) * 1e18 / former);
        }
    }

    /// The product never falls, and money is where the reserves say.
    function testFuzz_SwapsKeepTheProduct(bool[8] calldata directions, uint96[8] calldata amounts) public {
        vm.startPrank(trader);
        for (uint256 i = 0; i < 8; ++i) {
            uint256 product = uint256(amm.reserve0()) * amm.reserve1();
            amm.swap(directions[i], amounts[i], 0, trader, vm.getBlockTimestamp());
            assertGe(uint256(amm.reserve0()) * amm.reserve1(), product);
            assertEq(token0.balanceOf(address(amm)), amm.reserve0());
            assertEq(token1.balanceOf(address(amm)), amm.reserve1());
        }
    }

    function test_TheOwnerTakesOutWhatThereIs() public {
        amm.withdraw(amm.reserve0(), amm.reserve1());
        assertEq(token0.balanceOf(address(this)), 1e30);
        vm.prank(trader);
        vm.expectRevert(VolatilityFeeAmm.PoolEmpty.selector);
        amm.swap(true, 1, 0, trader, vm.getBlockTimestamp());
    }

    function test_TheOwnerGetsWhatComesBackFromTheHub() public {
        _observe(17);
        RequestId id = _askForForecast();
        skip(1 hours);
        hub.refund(_askOf(id));
        amm.withdrawFromHub(FEE);
        assertEq(token.balanceOf(address(this)), FEE);
    }

    function test_RevertWhen_NotTheOwner() public {
        bytes memory reason = abi.encodeWithSelector(VolatilityFeeAmm.NotOwner.selector, trader);
        vm.startPrank(trader);
        vm.expectRevert(reason);
        amm.supply(1, 1);
        vm.expectRevert(reason);
        amm.withdraw(1, 1);
        vm.expectRevert(reason);
        amm.withdrawFromHub(1);
    }

    function test_RevertWhen_TheSwapIsNotWorthItOrTooLate() public {
        uint256 time = vm.getBlockTimestamp();
        vm.startPrank(trader);
        vm.expectRevert(abi.encodeWithSelector(VolatilityFeeAmm.TooLate.selector, time - 1));
        amm.swap(true, 1e18, 0, trader, time - 1);
        uint256 out = uint256(1e18) * 997_000 * 2e24 / (1e24 * 1e6 + uint256(1e18) * 997_000);
        vm.expectRevert(abi.encodeWithSelector(VolatilityFeeAmm.OutputTooSmall.selector, out, out + 1));
        amm.swap(true, 1e18, out + 1, trader, time);
        assertEq(amm.swap(true, 1e18, out, trader, time), out);
    }

    function test_RevertWhen_AReserveWouldBeTooLarge() public {
        token0.mint(address(this), type(uint128).max);
        vm.expectRevert(VolatilityFeeAmm.ReserveTooLarge.selector);
        amm.supply(type(uint128).max, 0);
    }

    function test_RevertWhen_ATokenComesBackIn() public {
        bytes[3] memory calls = [
            abi.encodeCall(amm.swap, (true, 1, 0, trader, type(uint256).max)),
            abi.encodeCall(amm.supply, (1, 1)),
            abi.encodeCall(amm.ask, (FEE))
        ];
        for (uint256 i = 0; i < calls.length; ++i) {
            token0.hook(address(amm), calls[i]);
            vm.prank(trader);
            amm.swap(true, 1e18, 0, trader, vm.getBlockTimestamp());
            assertFalse(token0.succeeded());
            assertEq(token0.returned(), abi.encodeWithSelector(VolatilityFeeAmm.Reentered.selector));
        }
    }

    function _observe(uint256 times) private {
        vm.startPrank(trader);
        for (uint256 i = 0; i < times; ++i) {
            skip(1 hours);
            amm.swap(i % 2 == 0, 1e20, 0, trader, vm.getBlockTimestamp());
        }
        vm.stopPrank();
    }

    function _askForForecast() private returns (RequestId id) {
        vm.prank(trader);
        id = amm.ask(FEE);
        assertTrue(id == amm.pendingId());
    }
}
