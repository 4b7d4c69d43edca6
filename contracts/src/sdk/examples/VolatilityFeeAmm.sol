// SPDX-License-Identifier: MIT
pragma solidity ^0.8.30;

import {IInferenceHub} from "../../interfaces/IInferenceHub.sol";
import {Answer} from "../../types/Answer.sol";
import {RequestId, VersionId} from "../../types/Ids.sol";
import {Assurance} from "../../types/Receipt.sol";
import {Request} from "../../types/Request.sol";
import {DataType} from "../Elements.sol";
import {FeeToken, IFeeToken} from "../FeeToken.sol";
import {Floats} from "../Floats.sol";
import {Inference} from "../Inference.sol";
import {InferenceConsumer} from "../InferenceConsumer.sol";
import {Tensors} from "../Tensors.sol";

/// @title A pool whose swap fee follows a model's forecast of volatility
/// @notice A constant-product pool of two tokens with one provider of liquidity, its owner. It records a price an hour; anyone may pay for the
/// question what the last 16 changes say about the next hours. The answer sets the fee, between two bounds, for six hours; without a fresh
/// answer the fee is a fixed one. So the worst that a wrong or a missing answer does is a fee that is one of the bounds, and the pool never waits.
/// @dev The model has one input, "returns", FLOAT of 1 × 16, oldest first, and one output, "volatility", one FLOAT: the standard deviation of
/// the next hour's return. An answer serves while it can still be challenged: the bounds are what protects the pool, and a correction replaces it.
/// Prices are those at the end of the transaction before an hour's first swap. Whoever holds a price until then moves one of 16 inputs.
contract VolatilityFeeAmm is InferenceConsumer {
    using FeeToken for IFeeToken;

    /// @notice What sets the fee: an answer, and when it was settled.
    struct Forecast {
        RequestId requestId;
        uint40 settledAt;
        uint24 feePips;
    }

    event FeeForecast(RequestId indexed requestId, int256 volatility, uint24 feePips);
    event Supplied(uint256 amount0, uint256 amount1);
    event Withdrawn(uint256 amount0, uint256 amount1);
    event Swapped(address indexed by, bool zeroForOne, uint256 amountIn, uint256 amountOut, uint24 feePips);

    error NotOwner(address caller);
    error FeeTooSmall(uint128 fee, uint128 least);
    error TooFewPrices(uint256 count);
    error AskedAlready(RequestId requestId, uint40 askedAt);
    error TooLate(uint256 deadline);
    error PoolEmpty();
    error ReserveTooLarge();
    error OutputTooSmall(uint256 amountOut, uint256 least);
    error Reentered();

    uint32 public constant RETURNS = 16;
    uint40 public constant INTERVAL = 1 hours;
    /// @notice Fees in millionths: 0.05 %, 0.30 %, 1 %.
    uint24 public constant MIN_FEE = 500;
    uint24 public constant FALLBACK_FEE = 3000;
    uint24 public constant MAX_FEE = 10_000;
    /// @notice The part of the volatility that is asked as a fee: a quarter.
    uint256 public constant FEE_SHARE = 4;
    uint40 public constant FORECAST_LIFETIME = 6 hours;
    uint40 public constant MAX_ANSWER_AGE = 30 minutes;
    uint32 public constant CALLBACK_GAS = 200_000;

    IFeeToken public immutable token0;
    IFeeToken public immutable token1;
    VersionId public immutable versionId;
    address public immutable owner;
    /// @notice The least fee of a question. What an answer locks follows from its fee: who profits by an answer must not choose it freely.
    uint128 public immutable leastFee;

    uint128 public reserve0;
    uint128 public reserve1;

    /// @notice The last prices of token0 in token1, in fixed point, in a ring: price number n is at n % 17.
    uint256[RETURNS + 1] public prices;
    uint256 public priceCount;
    uint40 public pricedAt;

    Forecast public forecast;
    /// @notice The question that waits for its answer.
    RequestId public pendingId;
    uint40 public askedAt;

    bool private transient _entered;

    /// Tokens may call back; nothing here may be entered twice.
    modifier once() {
        _enter();
        _;
        _entered = false;
    }

    constructor(
        IInferenceHub hub_,
        bytes32 rootLabel_,
        VersionId versionId_,
        IFeeToken token0_,
        IFeeToken token1_,
        uint128 leastFee_
    ) InferenceConsumer(hub_, rootLabel_) {
        versionId = versionId_;
        token0 = token0_;
        token1 = token1_;
        owner = msg.sender;
        leastFee = leastFee_;
    }

    /// @notice Adds liquidity; the owner sets the price by it.
    function supply(uint256 amount0, uint256 amount1) external once {
        require(msg.sender == owner, NotOwner(msg.sender));
        _observe();
        amount0 = _take(token0, amount0);
        amount1 = _take(token1, amount1);
        _setReserves(reserve0 + amount0, reserve1 + amount1);
        emit Supplied(amount0, amount1);
    }

    /// @notice Takes liquidity out.
    function withdraw(uint256 amount0, uint256 amount1) external once {
        require(msg.sender == owner, NotOwner(msg.sender));
        _observe();
        _setReserves(reserve0 - amount0, reserve1 - amount1);
        emit Withdrawn(amount0, amount1);
        token0.safeTransfer(owner, amount0);
        token1.safeTransfer(owner, amount1);
    }

    /// @notice Swaps all of `amountIn`.
    /// @param leastOut Less than that is an error, as is a time after `deadline`.
    function swap(bool zeroForOne, uint256 amountIn, uint256 leastOut, address to, uint256 deadline)
        external
        once
        returns (uint256 amountOut)
    {
        require(block.timestamp <= deadline, TooLate(deadline));
        _observe();
        amountIn = _take(zeroForOne ? token0 : token1, amountIn);
        uint24 fee = feePips();
        (uint256 reserveIn, uint256 reserveOut) = zeroForOne ? (reserve0, reserve1) : (reserve1, reserve0);
        require(reserveIn > 0 && reserveOut > 0, PoolEmpty());
        uint256 paid = amountIn * (1e6 - fee);
        amountOut = paid * reserveOut / (reserveIn * 1e6 + paid);
        require(amountOut >= leastOut, OutputTooSmall(amountOut, leastOut));

        if (zeroForOne) _setReserves(reserveIn + amountIn, reserveOut - amountOut);
        else _setReserves(reserveOut - amountOut, reserveIn + amountIn);
        emit Swapped(msg.sender, zeroForOne, amountIn, amountOut, fee);
        (zeroForOne ? token1 : token0).safeTransfer(to, amountOut);
    }

    /// @notice Asks for a forecast. The caller pays for it, and allows this contract to take the fee. One question at a time: the next may come
    /// when the last had its time.
    function ask(uint128 fee) external once returns (RequestId id) {
        require(fee >= leastFee, FeeTooSmall(fee, leastFee));
        require(
            askedAt == 0 || block.timestamp > askedAt + Inference.ANSWER_TIME + MAX_ANSWER_AGE, AskedAlready(pendingId, askedAt)
        );
        _observe();
        bytes memory input =
            Tensors.encode(Inference.fixedPoint("returns", DataType.Float, Inference.shape(1, RETURNS), lastReturns()));
        Request memory asked = Inference.request(versionId, Assurance.Attested, input, fee, CALLBACK_GAS);

        // The answer in force is remembered for its correction; one that never came is not waited for any more.
        if (pendingId != forecast.requestId) _forget(pendingId);
        askedAt = uint40(block.timestamp);
        id = _askFrom(msg.sender, asked, input, MAX_ANSWER_AGE);
        pendingId = id;
    }

    /// @notice What came back to this contract's account at the hub, for questions that nobody answered, is the owner's.
    function withdrawFromHub(uint256 amount) external {
        require(msg.sender == owner, NotOwner(msg.sender));
        _withdraw(owner, amount);
    }

    /// @notice The fee now, in millionths.
    function feePips() public view returns (uint24) {
        Forecast memory last = forecast;
        bool isFresh = last.settledAt > 0 && block.timestamp <= uint256(last.settledAt) + FORECAST_LIFETIME;
        return isFresh ? last.feePips : FALLBACK_FEE;
    }

    /// @notice The last 16 relative changes of the price, in fixed point, oldest first.
    function lastReturns() public view returns (int256[] memory returns_) {
        uint256 count = priceCount;
        require(count > RETURNS, TooFewPrices(count));
        returns_ = new int256[](RETURNS);
        uint256 before = prices[(count - RETURNS - 1) % prices.length];
        for (uint256 i = 0; i < RETURNS; ++i) {
            uint256 price = prices[(count - RETURNS + i) % prices.length];
            // casting to 'int256' is safe because a price is less than 2^188 and at least 1
            // forge-lint: disable-next-line(unsafe-typecast)
            returns_[i] = (int256(price) - int256(before)) * 1e18 / int256(before);
            before = price;
        }
    }

    /// @inheritdoc InferenceConsumer
    function _onAnswer(Answer calldata answer, bytes calldata output) internal override {
        _forget(forecast.requestId);
        _setForecast(answer, output);
    }

    /// @inheritdoc InferenceConsumer
    function _onCorrected(Answer calldata answer, bytes calldata output) internal override {
        _setForecast(answer, output);
    }

    function _setForecast(Answer calldata answer, bytes calldata output) private {
        int256 volatility = Inference.single(Inference.fixedPoints(output, "volatility"));
        uint256 pips = volatility < 0 ? 0 : Floats.magnitudeOf(volatility) / FEE_SHARE / 1e12;
        if (pips < MIN_FEE) pips = MIN_FEE;
        if (pips > MAX_FEE) pips = MAX_FEE;
        // casting to 'uint24' is safe because the number lies between the bounds
        // forge-lint: disable-next-line(unsafe-typecast)
        uint24 fee = uint24(pips);
        forecast = Forecast({requestId: answer.requestId, settledAt: answer.settledAt, feePips: fee});
        emit FeeForecast(answer.requestId, volatility, fee);
    }

    /// Records the price of this hour, before anything moves it.
    function _observe() private {
        if (reserve0 == 0 || reserve1 == 0 || block.timestamp < uint256(pricedAt) + INTERVAL) return;
        uint256 price = uint256(reserve1) * 1e18 / reserve0;
        prices[priceCount % prices.length] = price == 0 ? 1 : price;
        priceCount++;
        pricedAt = uint40(block.timestamp);
    }

    function _setReserves(uint256 amount0, uint256 amount1) private {
        require(amount0 <= type(uint128).max && amount1 <= type(uint128).max, ReserveTooLarge());
        // casting to 'uint128' is safe because both were just bounded
        // forge-lint: disable-next-line(unsafe-typecast)
        (reserve0, reserve1) = (uint128(amount0), uint128(amount1));
    }

    /// What comes in is what is counted: tokens that take fees do so at the sender's cost.
    function _take(IFeeToken token, uint256 amount) private returns (uint256) {
        uint256 before = token.balanceOf(address(this));
        token.safeTransferFrom(msg.sender, address(this), amount);
        return token.balanceOf(address(this)) - before;
    }

    function _enter() private {
        require(!_entered, Reentered());
        _entered = true;
    }
}
