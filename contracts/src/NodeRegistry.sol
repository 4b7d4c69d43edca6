// SPDX-License-Identifier: MIT
pragma solidity ^0.8.30;

import {IERC20} from "@openzeppelin/contracts/token/ERC20/IERC20.sol";
import {IERC20Metadata} from "@openzeppelin/contracts/token/ERC20/extensions/IERC20Metadata.sol";
import {SafeERC20} from "@openzeppelin/contracts/token/ERC20/utils/SafeERC20.sol";
import {ECDSA} from "@openzeppelin/contracts/utils/cryptography/ECDSA.sol";
import {EIP712} from "@openzeppelin/contracts/utils/cryptography/EIP712.sol";
import {Math} from "@openzeppelin/contracts/utils/math/Math.sol";
import {SafeCast} from "@openzeppelin/contracts/utils/math/SafeCast.sol";

import {IActiveTime} from "./interfaces/IActiveTime.sol";
import {INodeRegistry, Node, Roles} from "./interfaces/INodeRegistry.sol";
import {Electorate, ElectorateLib} from "./nodes/Electorate.sol";
import {LienRingLib} from "./nodes/LienRing.sol";
import {Ledger, NodeAccount, NodeAccountLib, Turn} from "./nodes/NodeAccount.sol";
import {SumTreeLib} from "./nodes/SumTree.sol";
import {ReceiptLib} from "./types/Receipt.sol";

/// @title The register of nodes, their stake and their liens
contract NodeRegistry is INodeRegistry, EIP712 {
    using ElectorateLib for Electorate;
    using NodeAccountLib for Ledger;
    using NodeAccountLib for NodeAccount;
    using SafeCast for uint256;
    using SafeERC20 for IERC20;

    /// Longer than any lien, so that what unbonds was done with before it can leave.
    uint40 public constant UNBONDING = 9 days;
    uint40 public constant MAX_LIEN = uint40(LienRingLib.MAX_HOURS * 1 hours);
    uint256 public constant MAX_TEXT = 256;

    bytes32 private constant REGISTRATION_TYPEHASH =
        keccak256("NodeRegistration(address node,address operator,uint256 deadline)");

    IERC20 private immutable TOKEN;
    address private immutable HUB;
    address private immutable COURT;
    uint256 private immutable UNIT;
    /// Draws count stake in millionths of a token, or in the token's own unit if that is larger.
    uint256 private immutable WEIGHT_UNIT;
    /// Both the stake and its liens must fit their lanes.
    uint256 private immutable MAX_STAKE;

    mapping(address node => NodeAccount) private _accounts;
    Electorate private _verifiers;

    modifier onlySettlement() {
        require(msg.sender == HUB || msg.sender == COURT, NotSettlement(msg.sender));
        _;
    }

    modifier onlyOperator(address node) {
        address operator = _accounts[node].operator;
        require(operator != address(0), NodeUnknown(node));
        require(operator == msg.sender, NotOperator(node, msg.sender));
        _;
    }

    /// @param stakeToken_ What nodes stake.
    /// @param hub_ Settles, and tells active time; it need not be deployed yet.
    /// @param court_ Decides challenges; it need not be deployed yet.
    constructor(IERC20Metadata stakeToken_, address hub_, address court_)
        EIP712(ReceiptLib.DOMAIN_NAME, ReceiptLib.DOMAIN_VERSION)
    {
        uint256 decimals = stakeToken_.decimals();
        TOKEN = stakeToken_;
        HUB = hub_;
        COURT = court_;
        UNIT = decimals > 9 ? 10 ** (decimals - 9) : 1;
        WEIGHT_UNIT = decimals > 6 ? 10 ** (decimals - 6) : 1;
        MAX_STAKE = Math.min(type(uint96).max, type(uint64).max * UNIT);
    }

    /* Identity */

    /// @inheritdoc INodeRegistry
    function register(
        address node,
        address payee,
        uint8 roles,
        string calldata endpoint,
        string calldata metadataUri,
        uint256 deadline,
        bytes calldata signature
    ) external {
        NodeAccount storage account = _accounts[node];
        require(account.operator == address(0), NodeExists(node));
        require(payee != address(0), PayeeInvalid(payee));
        _checkDescription(roles, endpoint, metadataUri);
        require(block.timestamp <= deadline, SignatureExpired(deadline));
        (address signer, ECDSA.RecoverError fault,) =
            ECDSA.tryRecoverCalldata(registrationDigest(node, msg.sender, deadline), signature);
        require(fault == ECDSA.RecoverError.NoError && signer == node, NodeSignatureInvalid(node));

        account.operator = msg.sender;
        account.turn.payee = payee;
        account.ledger.roles = roles;

        emit NodeRegistered(node, msg.sender, payee, roles, endpoint, metadataUri);
    }

    /// @inheritdoc INodeRegistry
    function setNode(address node, uint8 roles, string calldata endpoint, string calldata metadataUri)
        external
        onlyOperator(node)
    {
        _checkDescription(roles, endpoint, metadataUri);

        _accounts[node].ledger.roles = roles;
        _weigh(node);

        emit NodeChanged(node, roles, endpoint, metadataUri);
    }

    /// @inheritdoc INodeRegistry
    function setPayee(address node, address payee) external onlyOperator(node) {
        require(payee != address(0), PayeeInvalid(payee));

        address formerPayee = _accounts[node].turn.payee;
        _accounts[node].turn.payee = payee;

        emit PayeeChanged(node, formerPayee, payee);
    }

    /// @inheritdoc INodeRegistry
    function offerOperator(address node, address candidate) external onlyOperator(node) {
        _accounts[node].candidate = candidate;

        emit OperatorOffered(node, msg.sender, candidate);
    }

    /// @inheritdoc INodeRegistry
    function acceptOperator(address node) external {
        NodeAccount storage account = _accounts[node];
        require(account.candidate == msg.sender, NotCandidate(node, msg.sender));

        address formerOperator = account.operator;
        account.operator = msg.sender;
        account.candidate = address(0);

        emit OperatorAccepted(node, formerOperator, msg.sender);
    }

    /* Stake */

    /// @inheritdoc INodeRegistry
    function stake(address node, uint256 amount) external {
        NodeAccount storage account = _accounts[node];
        require(account.operator != address(0), NodeUnknown(node));
        require(amount != 0, AmountInvalid(amount));
        uint256 most = MAX_STAKE - account.unbonding - account.ledger.bonded;
        require(amount <= most, StakeTooLarge(amount, most));

        account.ledger.bonded += amount.toUint96();
        _weigh(node);

        emit Staked(node, msg.sender, amount);

        uint256 balance = TOKEN.balanceOf(address(this));
        TOKEN.safeTransferFrom(msg.sender, address(this), amount);
        uint256 received = TOKEN.balanceOf(address(this)) - balance;
        require(received == amount, TokenTookFee(amount, received));
    }

    /// @inheritdoc INodeRegistry
    function startUnbonding(address node, uint256 amount) external onlyOperator(node) {
        NodeAccount storage account = _accounts[node];
        uint256 bonded = account.ledger.bonded;
        require(amount != 0, AmountInvalid(amount));
        require(amount <= bonded, StakeTooSmall(bonded, amount));

        uint40 unbondedAt = (block.timestamp + UNBONDING).toUint40();
        account.ledger.bonded -= amount.toUint96();
        account.unbonding += amount.toUint96();
        account.unbondedAt = unbondedAt;
        _weigh(node);

        emit UnbondingStarted(node, amount, unbondedAt);
    }

    /// @inheritdoc INodeRegistry
    function cancelUnbonding(address node) external onlyOperator(node) {
        NodeAccount storage account = _accounts[node];
        uint96 amount = account.unbonding;
        require(amount != 0, NothingUnbonding());

        account.ledger.bonded += amount;
        account.unbonding = 0;
        account.unbondedAt = 0;
        _weigh(node);

        emit UnbondingCancelled(node, amount);
    }

    /// @inheritdoc INodeRegistry
    function withdraw(address node) external onlyOperator(node) returns (uint256 amount) {
        NodeAccount storage account = _accounts[node];
        (Ledger memory ledger, Turn memory turn) = (account.ledger, account.turn);
        uint256 unbonding = account.unbonding;
        require(unbonding != 0, NothingUnbonding());
        require(block.timestamp >= account.unbondedAt, StillUnbonding(account.unbondedAt));
        // Only for liens does it matter whether there is a hub that answers.
        if (ledger.locked != 0) account.release(ledger, turn, IActiveTime(HUB).activeTime());
        uint256 locked = ledger.locked * UNIT;
        amount = Math.min(unbonding, ledger.bonded + unbonding - locked);
        require(amount != 0, StakeLocked(locked));

        (account.ledger, account.turn) = (ledger, turn);
        account.unbonding = (unbonding - amount).toUint96();
        if (amount == unbonding) account.unbondedAt = 0;

        emit Withdrawn(node, msg.sender, amount);

        TOKEN.safeTransfer(msg.sender, amount);
    }

    /* Liens */

    /// @inheritdoc INodeRegistry
    function lockLien(address node, uint8 role, address payee, uint256 amount, uint40 until, uint40 activeTime)
        external
        onlySettlement
        returns (uint256, uint256)
    {
        NodeAccount storage account = _accounts[node];
        (Ledger memory ledger, Turn memory turn) = (account.ledger, account.turn);
        (uint64 occupied, uint24 released) = (turn.occupied, turn.released);
        require(ledger.roles & role != 0, RoleMissing(node, role));
        require(turn.payee == payee, PayeeInvalid(payee));
        // What an error says is computed only where it is said: most liens are locked.
        if (until > activeTime + MAX_LIEN) revert LienTooLong(until, activeTime + MAX_LIEN);
        account.release(ledger, turn, activeTime);
        uint256 hour = LienRingLib.hourOf(until);
        require(hour > turn.released, LienEnded(until, activeTime));
        uint256 units = Math.ceilDiv(amount, UNIT);
        uint256 free = ledger.freeUnits(UNIT);
        if (units > free) revert StakeTooSmall(free * UNIT, amount);

        account.lock(ledger, turn, hour, units);
        account.ledger = ledger;
        if (turn.occupied != occupied || turn.released != released) account.turn = turn;

        // What is free is less than the stake, in its own unit.
        unchecked {
            emit LienLocked(node, units * UNIT, (hour * 1 hours).toUint40());

            return ((free - units) * UNIT, UNIT);
        }
    }

    /// @inheritdoc INodeRegistry
    function holdLien(address node, uint256 amount, uint40 until, uint40 activeTime) external onlySettlement {
        NodeAccount storage account = _accounts[node];
        uint256 hour = LienRingLib.hourOf(until);
        uint256 units = Math.ceilDiv(amount, UNIT);
        require(hour > activeTime / 1 hours && units <= account.unitsAt(hour), LienUnknown(node, amount, until));

        // It stays locked: only its hour forgets it.
        account.take(hour, units);
        account.held += units.toUint64();

        emit LienHeld(node, units * UNIT, (hour * 1 hours).toUint40());
    }

    /// @inheritdoc INodeRegistry
    function releaseHeld(address node, uint256 amount) external onlySettlement {
        uint256 units = _endHeld(_accounts[node], amount);

        emit LienReleased(node, units * UNIT);
    }

    /// @inheritdoc INodeRegistry
    function slashHeld(address node, uint256 held, uint256 slashed) external onlySettlement {
        NodeAccount storage account = _accounts[node];
        require(slashed <= held, AmountInvalid(slashed));

        uint256 units = _endHeld(account, held);
        uint256 bonded = account.ledger.bonded;
        uint256 fromBonded = Math.min(slashed, bonded);
        account.ledger.bonded = (bonded - fromBonded).toUint96();
        // What was unbonding stood for this lien too.
        if (fromBonded != slashed) account.unbonding -= (slashed - fromBonded).toUint96();
        _weigh(node);

        emit Slashed(node, units * UNIT, slashed, msg.sender);

        // A hundredth of a small lien may be nothing, and some tokens refuse to send that.
        if (slashed != 0) TOKEN.safeTransfer(msg.sender, slashed);
    }

    /* Views */

    /// @inheritdoc INodeRegistry
    function drawVerifiers(uint256 seed, uint256 size, address excluded) external view returns (address[] memory drawn) {
        require(size <= SumTreeLib.MAX_DRAWN, DrawTooLarge(size, SumTreeLib.MAX_DRAWN));
        return _verifiers.draw(seed, size, excluded);
    }

    /// @inheritdoc INodeRegistry
    function nodeOf(address node) external view returns (Node memory) {
        NodeAccount storage account = _accounts[node];
        return Node({
            operator: account.operator,
            payee: account.turn.payee,
            roles: account.ledger.roles,
            stake: uint256(account.ledger.bonded) + account.unbonding,
            locked: account.ledger.locked * UNIT,
            held: account.held * UNIT,
            unbonding: account.unbonding,
            unbondedAt: account.unbondedAt
        });
    }

    /// @inheritdoc INodeRegistry
    function payeeOf(address node) external view returns (address) {
        return _accounts[node].turn.payee;
    }

    /// @inheritdoc INodeRegistry
    function candidateOf(address node) external view returns (address) {
        return _accounts[node].candidate;
    }

    /// @inheritdoc INodeRegistry
    function hasRole(address node, uint8 role) external view returns (bool) {
        return _accounts[node].ledger.roles & role != 0;
    }

    /// @inheritdoc INodeRegistry
    function freeStakeOf(address node, uint40 activeTime) external view returns (uint256) {
        NodeAccount storage account = _accounts[node];
        (Ledger memory ledger, Turn memory turn) = (account.ledger, account.turn);
        account.release(ledger, turn, activeTime);
        return ledger.freeUnits(UNIT) * UNIT;
    }

    /// @inheritdoc INodeRegistry
    function lienBucketOf(address node, uint40 hourEnd) external view returns (uint256) {
        return _accounts[node].unitsAt(LienRingLib.hourOf(hourEnd)) * UNIT;
    }

    /// @inheritdoc INodeRegistry
    function registrationDigest(address node, address operator, uint256 deadline) public view returns (bytes32) {
        return _hashTypedDataV4(keccak256(abi.encode(REGISTRATION_TYPEHASH, node, operator, deadline)));
    }

    /// @inheritdoc INodeRegistry
    function lienUnit() external view returns (uint256) {
        return UNIT;
    }

    /// @inheritdoc INodeRegistry
    function stakeToken() external view returns (address) {
        return address(TOKEN);
    }

    /// @inheritdoc INodeRegistry
    function hub() external view returns (address) {
        return HUB;
    }

    /// @inheritdoc INodeRegistry
    function court() external view returns (address) {
        return COURT;
    }

    /* Inside */

    function _endHeld(NodeAccount storage account, uint256 amount) private returns (uint256 units) {
        units = Math.ceilDiv(amount, UNIT);
        uint256 held = account.held;
        require(units <= held, HeldTooSmall(held * UNIT, amount));

        account.held = (held - units).toUint64();
        account.ledger.locked -= units.toUint64();
    }

    /// @dev Brings the node's weight in draws up to its stake and roles.
    function _weigh(address node) private {
        Ledger storage ledger = _accounts[node].ledger;
        _verifiers.weigh(node, ledger.roles & Roles.VERIFIER == 0 ? 0 : ledger.bonded / WEIGHT_UNIT);
    }

    function _checkDescription(uint8 roles, string calldata endpoint, string calldata metadataUri) private pure {
        require(roles & ~Roles.ALL == 0, RolesInvalid(roles));
        require(bytes(endpoint).length <= MAX_TEXT, TextTooLong(bytes(endpoint).length, MAX_TEXT));
        require(bytes(metadataUri).length <= MAX_TEXT, TextTooLong(bytes(metadataUri).length, MAX_TEXT));
    }
}
